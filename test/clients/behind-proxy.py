# A program as its author wrote it, with Python's own library alone: nothing in it speaks of an emulator or of a proxy.
import hashlib, os, re, ssl, sys, tempfile, urllib.request

key, number = os.environ["API_KEY"], os.environ["NUMBER"]
known = {"appid": os.environ["APPID"], "mch_id": os.environ["MCHID"], "nonce_str": "n", "out_trade_no": number}


def call(path, context=None, **fields):
    fields = {**known, **fields}
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + "&key=" + key
    fields["sign"] = hashlib.md5(text.encode()).hexdigest().upper()
    body = "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</xml>"
    request = urllib.request.Request("https://api.mch.weixin.qq.com" + path, data=body.encode())
    handler = [urllib.request.HTTPSHandler(context=context)] if context else []
    answer = urllib.request.build_opener(*handler).open(request).read().decode()
    return dict(re.findall(r"<(\w+)><!\[CDATA\[(.*?)\]\]>", answer))


call(
    "/pay/unifiedorder",
    body="Longjing",
    total_fee="8800",
    spbill_create_ip="127.0.0.1",
    notify_url="http://127.0.0.1:9/notify",
    trade_type="NATIVE",
    product_id="tea-1",
)
print("placed", flush=True)
sys.stdin.readline()
state = call("/pay/orderquery")["trade_state"]
with tempfile.NamedTemporaryFile("w") as file:
    file.write(os.environ["MERCHANT_KEY"] + os.environ["MERCHANT_CERTIFICATE"])
    file.flush()
    certified = ssl.create_default_context()
    certified.load_cert_chain(file.name)
refund = call("/secapi/pay/refund", certified, out_refund_no="R-" + number, total_fee="8800", refund_fee="3000")
print(state, refund["result_code"], flush=True)
