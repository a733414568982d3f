<?php
// A program as its author wrote it, with PHP's own curl alone: nothing in it speaks of an emulator or of a proxy.

function call(string $path, array $more, array $options = []): string
{
    $fields = ['appid' => getenv('APPID'), 'mch_id' => getenv('MCHID'), 'nonce_str' => 'n', 'out_trade_no' => getenv('NUMBER')];
    $fields = array_merge($fields, $more);
    ksort($fields);
    $text = '';
    foreach ($fields as $name => $value) {
        $text .= "$name=$value&";
    }
    $fields['sign'] = strtoupper(md5($text . 'key=' . getenv('API_KEY')));
    $body = '<xml>';
    foreach ($fields as $name => $value) {
        $body .= "<$name>$value</$name>";
    }
    $curl = curl_init('https://api.mch.weixin.qq.com' . $path);
    curl_setopt_array($curl, [CURLOPT_POSTFIELDS => $body . '</xml>', CURLOPT_RETURNTRANSFER => true] + $options);
    $answer = curl_exec($curl);
    if ($answer === false) {
        exit(curl_error($curl));
    }
    return $answer;
}

function value_of(string $answer, string $name): string
{
    return preg_match("/<$name><!\[CDATA\[(.*?)\]\]>/", $answer, $found) ? $found[1] : $answer;
}

call('/pay/unifiedorder', [
    'body' => 'Longjing', 'total_fee' => '8800', 'spbill_create_ip' => '127.0.0.1',
    'notify_url' => 'http://127.0.0.1:9/notify', 'trade_type' => 'NATIVE', 'product_id' => 'tea-1',
]);
echo "placed\n";
fgets(STDIN);
$state = value_of(call('/pay/orderquery', []), 'trade_state');
$file = tempnam(sys_get_temp_dir(), 'cert');
file_put_contents($file, getenv('MERCHANT_KEY') . getenv('MERCHANT_CERTIFICATE'));
$certified = [CURLOPT_SSLCERT => $file, CURLOPT_SSLKEY => $file];
$refund = call('/secapi/pay/refund', ['out_refund_no' => 'R-' . getenv('NUMBER'), 'total_fee' => '8800', 'refund_fee' => '3000'], $certified);
unlink($file);
echo $state, ' ', value_of($refund, 'result_code'), "\n";
