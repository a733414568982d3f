import type { SignatureCause } from '@/lib/wechat/v3/explain/causes'
import type { Locale } from '../locale'

/** Mistakes that both versions know; one sentence says both. */
type OfBoth = 'truncated_body' | 'sample_key' | 'other_hash' | 'charset_changed'
type Words = Record<Exclude<SignatureCause, OfBoth>, string>

const zh: Words = {
  v2_message:
    '收到的是API v2的XML。退款请求没有带notify_url，而商户平台配置了这个地址时，微信会这样发送。退款请求请始终带上notify_url。',
  authorization_missing:
    'API v3的每个请求都要带“Authorization: WECHATPAY2-SHA256-RSA2048 …”。检查是否被代理或重定向去掉了。',
  scheme_other: 'Authorization必须以大写的WECHATPAY2-SHA256-RSA2048开头，后面跟一个空格。',
  authorization_quotes:
    'Authorization里的每个值都要用半角双引号括起来，如mchid="1900000109"。单引号、中文引号或不加引号都无法识别。',
  authorization_separators: 'Authorization里的五个键值对之间只用逗号，不能有空格、换行或分号。',
  authorization_fields:
    'Authorization必须恰好包含mchid、nonce_str、signature、timestamp、serial_no，各出现一次且不为空。',
  header_missing:
    '验签需要四个头：Wechatpay-Timestamp、Wechatpay-Nonce、Wechatpay-Signature、Wechatpay-Serial。代理或CDN可能会去掉它们，请放行。4xx、5xx应答本来就没有，请先看错误码。',
  header_doubled: '某个Wechatpay头有两个值。可能是代理又加了一次，或者混进了另一个应答的头。',
  signature_probe:
    '微信支付会故意发送少量错误签名，检查商户是否真的验签。按验签失败处理即可，重发的报文签名正确，不需要修复什么。',
  v2_signature: '签名是十六进制的MD5或HMAC-SHA256长度。API v3用RSA-SHA256签名，结果是344个字符的Base64。',
  timestamp_outside_window:
    '签名正确，但时间戳与我们的时钟相差五分钟或以上。请同步服务器时间。重发的报文会带新的时间戳和签名。',
  unknown_serial: 'Wechatpay-Serial不是本地已有的任何密钥。请重新下载平台证书，或配置微信支付公钥及其ID。',
  wrong_serial: '签名用的密钥与序列号不是同一张证书。序列号要取自签名私钥对应的证书；更换证书后两者都要改。',
  platform_serial:
    'Authorization里的serial_no是商户证书（apiclient_cert.pem）的序列号。平台证书序列号或PUB_KEY_ID应放在Wechatpay-Serial头里。',
  serial_spelled:
    '序列号本身是对的，但写法不同。应为40位大写十六进制，不带冒号；openssl x509 -noout -serial的输出就是这种写法。',
  certificate_for_public_key:
    '报文声明的是微信支付公钥（PUB_KEY_ID_…），签名或验签用的却是平台证书。两者是不同的密钥对：这个ID要加载pub_key.pem。',
  public_key_for_certificate:
    '报文声明的是平台证书，签名或验签用的却是微信支付公钥。切换期间两种都会收到：每次都要按Wechatpay-Serial选择密钥。',
  merchant_key: '应答和通知由微信支付签名。这条是用商户私钥签的，多半来自自己的测试程序。',
  platform_key: '请求和调起支付参数要用商户私钥（apiclient_key.pem）签名，这里用的却是微信支付一方的密钥。',
  other_key: '签名来自这里已知的另一对密钥。检查私钥属于哪个商户、哪个环境、哪个文件。',
  other_padding: '密钥正确，但用了PSS填充，或直接加密了摘要。请使用RSA PKCS#1 v1.5配合SHA-256，调用sign而不是encrypt。',
  base64_line_breaks:
    '签名本身正确，但Base64中有换行或空白。请写成一行（Base64.NO_WRAP、base64 -w0、openssl base64 -A）。',
  base64_url_safe: '签名本身正确，但用的是URL安全字母表（-和_）。请使用带+和/的标准Base64。',
  base64_padding_lost: '签名本身正确，但末尾的==丢了。',
  base64_twice: '签名做了两次Base64。签名函数返回的已经是Base64。',
  plus_became_blank: '签名本身正确，但其中的+被当成空格，常见于表单或查询参数解码。传递时不要做URL解码。',
  signature_percent_encoded: '签名本身正确，但做了URL编码。请求头里直接写Base64。',
  signature_hex: '签名本身正确，但写成了十六进制。请把签名字节做Base64编码。',
  last_newline_missing: '待签名串的每一行都以换行符结尾，最后一行也是。没有请求体时，最后一行就只有一个换行符。',
  newline_added: '待签名串开头或结尾多了一个换行符，常见于println或模板。',
  crlf: '每行只以LF（\\n）结尾。Windows换行或该系统下的PHP_EOL会得到不同的串。',
  lines_swapped:
    '请求：方法、路径、时间戳、随机串、请求体。应答和通知：时间戳、随机串、报文体。调起支付：appid、时间戳、随机串、package。',
  lines_joined_otherwise:
    '各行之间必须是真正的换行符。这里是反斜杠加n、空格，或什么都没有：PHP和shell的单引号里，“\\n”是两个字符。',
  body_only: '待签名串要先写时间戳和随机串（请求还要先写方法和路径），再写报文体。',
  hashed_before: '签的是待签名串的摘要而不是串本身。签名函数自己会计算SHA-256。',
  timestamp_milliseconds:
    '时间戳以秒为单位，共10位，待签名串与头部里都一样。JavaScript的Date.now()和Java的currentTimeMillis()是毫秒。',
  timestamp_other: '签名用的时间戳与发送的不同：可能取了两次当前时间，或取自别的头或字段。请只取一次，两处用同一个值。',
  nonce_other:
    '签名用的随机串与发送的不同：可能误用了resource里的nonce、请求ID，或改了大小写。请使用头部里的原值（Wechatpay-Nonce或nonce_str）。',
  method_lower_case: '第一行是大写的HTTP方法，如GET、POST。axios等客户端内部保存的是小写。',
  method_other: '签名用的HTTP方法与实际发送的不同。',
  query_left_out: '第二行是带查询参数的路径，如/v3/pay/transactions/out-trade-no/…?mchid=…，与发送的完全一致。',
  query_changed: '签名时的查询参数与发送的不同：排了序、少了，或由HTTP客户端事后添加。请对真正发出的URL签名。',
  absolute_url: '第二行不含协议和域名，以/v3/开头。',
  double_slash: '待签名串与请求相差一个斜杠，常见于把“…com/”与“/v3/…”直接拼接。',
  leading_slash_missing: '第二行以斜杠开头：/v3/…。',
  trailing_slash: '签名与发送的路径末尾不同，可能是框架或代理添加或去掉了斜杠。',
  version_left_out: '签名用的是相对于以/v3结尾的基础地址的路径。应对完整路径签名。',
  percent_encoding: '|、*等字符在待签名串和URL中只有一处做了百分号编码。请按实际发送的路径签名。',
  body_left_out: '最后一行是请求体，与发送的完全一致；这里却是空的。只有GET和没有请求体的请求才留空行。',
  body_added: '报文没有报文体，签名时却带了{}、null或查询参数。最后一行必须为空。',
  body_end_changed: '报文体末尾的空格或换行只在签名或发送的一方存在。请使用原始字节，不要裁剪。',
  bom: '待签名串和报文体中只有一方以BOM（EF BB BF）开头。请使用不带BOM的UTF-8。',
  body_line_breaks: '签名时报文体的换行与发送的不同。请使用收到的原始字节，不要逐行读取。',
  body_keys_reordered: '报文体被解析后重新生成，键被排了序。签名和验签都要用原始字节，且在解析之前。',
  body_blanks_changed: '报文体被解析后重新生成，空白或缩进不同。签名和验签都要用原始字节，且在解析之前。',
  body_unicode_escaped:
    '中文等字符在签名与发送中只有一处被转义。请使用同一份字节（Python看ensure_ascii，PHP看JSON_UNESCAPED_UNICODE）。',
  body_slashes_escaped: '斜杠在签名与发送中只有一处被转义。请使用同一份字节（PHP看JSON_UNESCAPED_SLASHES）。',
  body_html_escaped:
    '这些字符在签名与发送中只有一处写成\\u003c…。请使用同一份字节（Go看SetEscapeHTML，Gson看disableHtmlEscaping）。',
  body_rewritten: '报文体被解析后重新生成，或对象被转成文本两次。请只生成一次文本，对它签名并原样发送。',
  package_bare: 'JSAPI和小程序的第四行是完整的package值，即prepay_id=wx…；只写裸ID是APP的做法。',
  package_prefixed: 'APP的第四行是裸的prepay_id；带prepay_id=是JSAPI和小程序的做法。',
  package_of_sdk: '第四行是prepay_id。固定值Sign=WXPay只传给SDK，不参与签名。',
  unsigned_field_included: '只签四行：appid、时间戳、随机串、package。signType、partnerId和Sign=WXPay不参与签名。',
  v2_text: '用&连接的name=value是API v2的写法。API v3签的是四个裸值，每个以换行符结尾。',
  other_text: '签名确实由正确的私钥生成，但签的是另一段无法还原的文本：请与下方正确的待签名串逐行对比。',
}

const en: Words = {
  v2_message:
    'This is the XML of API v2. WeChat sends it to this address when a refund was requested without notify_url and the merchant console names this one. Always send notify_url with refunds.',
  authorization_missing:
    'Every request of API v3 carries “Authorization: WECHATPAY2-SHA256-RSA2048 …”. Check that no proxy or redirect removes it.',
  scheme_other: 'Authorization has to begin with WECHATPAY2-SHA256-RSA2048, in capitals, then one blank.',
  authorization_quotes:
    'Each value in Authorization stands in plain double quotes: mchid="1900000109". Single or typographic quotes, or none, are not read.',
  authorization_separators:
    'The five pairs in Authorization are joined by commas, without blanks, line breaks or semicolons.',
  authorization_fields:
    'Authorization has exactly mchid, nonce_str, signature, timestamp and serial_no, each once and not empty.',
  header_missing:
    'All four headers are needed: Wechatpay-Timestamp, Wechatpay-Nonce, Wechatpay-Signature, Wechatpay-Serial. Proxies and CDNs may strip them; let them through. Answers with 4xx and 5xx have none: look at their error code first.',
  header_doubled: 'One of the Wechatpay headers has two values. A proxy adds it once more, or two answers were mixed.',
  signature_probe:
    'WeChat Pay sends a few wrong signatures on purpose to see whether they are verified. Refuse it like any wrong signature; the retry is signed rightly. Nothing has to be fixed.',
  v2_signature:
    'The signature has the length of MD5 or HMAC-SHA256 in hexadecimal. API v3 signs with RSA and SHA-256; the result is 344 characters of Base64.',
  timestamp_outside_window:
    'The signature is right, but its timestamp is five minutes or more away from our clock. Synchronise the clock. A message that is sent again has a fresh timestamp and signature.',
  unknown_serial:
    'Wechatpay-Serial names no key that is known here. Download the platform certificates again, or configure the WeChat Pay public key with its id.',
  wrong_serial:
    'The signature belongs to another key than the serial names. Use the serial of the certificate whose private key signs; after a new certificate both have to be changed.',
  platform_serial:
    'serial_no in Authorization is the serial of the merchant certificate (apiclient_cert.pem). WeChat Pay’s certificate serial or PUB_KEY_ID belongs into the header Wechatpay-Serial.',
  serial_spelled:
    'It is the right serial, in another spelling. It has 40 capital hexadecimal digits, without colons; openssl x509 -noout -serial prints it so.',
  certificate_for_public_key:
    'The message names the WeChat Pay public key (PUB_KEY_ID_…), but it was signed or is verified with a platform certificate. They are two key pairs: load pub_key.pem for this id.',
  public_key_for_certificate:
    'The message names a platform certificate, but it was signed or is verified with the WeChat Pay public key. During the switch both kinds arrive: choose the key by Wechatpay-Serial each time.',
  merchant_key:
    'Answers and notifications are signed by WeChat Pay. This one was signed with the merchant’s private key, as a test program of the merchant’s own does.',
  platform_key:
    'Requests and client parameters are signed with the merchant’s private key (apiclient_key.pem). This one was made with a key of WeChat Pay’s.',
  other_key:
    'The signature was made with another key pair that is known here. Check which account, environment and file the private key comes from.',
  other_padding:
    'The key is right, but the padding is PSS, or a bare digest was encrypted. Use RSA PKCS#1 v1.5 with SHA-256: a function named “sign”, not “encrypt”.',
  base64_line_breaks:
    'The signature is right, but its Base64 has line breaks or blanks. Write it on one line (Base64.NO_WRAP, base64 -w0, openssl base64 -A).',
  base64_url_safe:
    'The signature is right, but it is in the URL-safe alphabet (- and _). Use standard Base64 with + and /.',
  base64_padding_lost: 'The signature is right, but its == at the end is missing.',
  base64_twice: 'The signature was encoded in Base64 twice. The function that signs returns Base64 already.',
  plus_became_blank:
    'The signature is right, but each + in it was read as a blank, as in a form or a query. Pass it on without URL decoding.',
  signature_percent_encoded: 'The signature is right, but it was URL-encoded. Headers take Base64 as it is.',
  signature_hex: 'The signature is right, but it is written in hexadecimal. Encode its bytes in Base64.',
  last_newline_missing:
    'Each line of the text ends with a line feed, the last one too. Without a body the last line is just the line feed.',
  newline_added: 'The text has an additional line feed at its start or end, as from println or a template.',
  crlf: 'Lines end with LF (\\n) alone. Windows’ line ends, or PHP_EOL there, make another text.',
  lines_swapped:
    'Requests: method, path, timestamp, nonce, body. Answers and notifications: timestamp, nonce, body. Client parameters: appid, timestamp, nonce, package.',
  lines_joined_otherwise:
    'The lines have to be joined by real line feeds. Here it was a backslash and an n, a blank, or nothing: in single quotes “\\n” is two characters in PHP and shells.',
  body_only: 'The text begins with timestamp and nonce (requests: method and path before them), then comes the body.',
  hashed_before: 'The text’s digest was signed in place of the text. The function that signs computes SHA-256 itself.',
  timestamp_milliseconds:
    'Timestamps are in seconds, 10 digits, in the text and in the header alike. JavaScript’s Date.now() and Java’s currentTimeMillis() are milliseconds.',
  timestamp_other:
    'The signed timestamp is not the one that was sent: the clock was read twice, or the time was taken from another header or field. Read it once and use that value in both places.',
  nonce_other:
    'The signed nonce is not the one that was sent: the resource’s nonce, a request id, or other capitals. Use the very value of the header (Wechatpay-Nonce, or nonce_str).',
  method_lower_case:
    'The first line is the HTTP method in capitals: GET, POST. Clients such as axios hold it in small letters.',
  method_other: 'The text was signed with another HTTP method than the request was sent with.',
  query_left_out:
    'The second line is the path with its query: /v3/pay/transactions/out-trade-no/…?mchid=…, exactly as sent.',
  query_changed:
    'The query was signed in another form than it was sent: sorted, cut, or added afterwards by the HTTP client. Sign the URL that really goes out.',
  absolute_url: 'The second line has no scheme and no host: it begins with /v3/.',
  double_slash: 'Text and request differ by a doubled slash, as from joining “…com/” with “/v3/…”.',
  leading_slash_missing: 'The second line begins with a slash: /v3/….',
  trailing_slash:
    'The path was signed with another end than it was sent; a framework or proxy added or removed the slash.',
  version_left_out: 'The path was signed relative to a base address that ends with /v3. The whole path is signed.',
  percent_encoding:
    'Characters such as | and * are percent-encoded in one of the two, text or URL, and not in the other. Sign the path as it stands on the wire.',
  body_left_out:
    'The last line is the request body, exactly as sent; here it was signed empty. Only GET and bodiless requests have an empty line.',
  body_added: 'The message has no body, but one was signed: {}, null, or the query. The last line has to be empty.',
  body_end_changed:
    'A blank or line feed at the end of the body was signed and not sent, or the other way round. Use the bytes as they are, without trimming.',
  bom: 'One of the two, text or body, begins with a byte order mark (EF BB BF). Write and read UTF-8 without it.',
  body_line_breaks:
    'The body was signed with other line breaks than it was sent. Use the bytes as received; do not read them line by line.',
  body_keys_reordered:
    'The body was parsed and written again, with its keys sorted. Sign and verify the very bytes, before any parsing.',
  body_blanks_changed:
    'The body was parsed and written again, with other blanks or indentation. Sign and verify the very bytes, before any parsing.',
  body_unicode_escaped:
    'Characters such as Chinese are escaped in one of the two, text or body, and not in the other. Use the very bytes (Python: ensure_ascii, PHP: JSON_UNESCAPED_UNICODE).',
  body_slashes_escaped:
    'Slashes are escaped in one of the two, text or body, and not in the other. Use the very bytes (PHP: JSON_UNESCAPED_SLASHES).',
  body_html_escaped:
    'These characters are written as \\u003c… in one of the two, text or body, and not in the other. Use the very bytes (Go: SetEscapeHTML, Gson: disableHtmlEscaping).',
  body_rewritten:
    'The body was parsed and written again, or an object was turned into text twice. Make the text once, sign it, and send the same text.',
  package_bare:
    'For JSAPI and mini-programs the fourth line is the whole package value, prepay_id=wx…; the bare id is what apps sign.',
  package_prefixed: 'For apps the fourth line is the bare prepay_id; prepay_id=… is what JSAPI and mini-programs sign.',
  package_of_sdk: 'The fourth line is the prepay_id. The fixed value Sign=WXPay is handed to the SDK and not signed.',
  unsigned_field_included:
    'Four lines are signed: appid, timestamp, nonce, package. signType, partnerId and package=Sign=WXPay are not.',
  v2_text: 'name=value joined by & is the text of API v2. API v3 signs four bare values, each ended by a line feed.',
  other_text:
    'The right private key made this signature, over a text that cannot be reconstructed: compare yours with the right one below, line by line.',
}

/** Why a signature of v3 is wrong, in a sentence or two for each mistake that is known. */
export const CAUSE_WORDS_V3: Record<Locale, Words> = { zh, en }
