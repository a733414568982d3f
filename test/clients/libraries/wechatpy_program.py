# wechatpy from PyPI, as its users call it: API v2, with the merchant's certificate for the refund.
import os, sys, tempfile
from wechatpy.pay import WeChatPay

number = os.environ["NUMBER"]
with tempfile.TemporaryDirectory() as folder:
    files = {}
    for name in ("MERCHANT_CERTIFICATE", "MERCHANT_KEY"):
        files[name] = os.path.join(folder, name)
        with open(files[name], "w") as file:
            file.write(os.environ[name])
    pay = WeChatPay(
        os.environ["APPID"],
        os.environ["API_KEY"],
        os.environ["MCHID"],
        mch_cert=files["MERCHANT_CERTIFICATE"],
        mch_key=files["MERCHANT_KEY"],
    )
    pay.order.create(
        "NATIVE",
        "Longjing",
        8800,
        "http://127.0.0.1:9/notify",
        client_ip="127.0.0.1",
        out_trade_no=number,
        product_id="tea-1",
    )
    print("placed", flush=True)
    sys.stdin.readline()
    state = pay.order.query(out_trade_no=number)["trade_state"]
    refund = pay.refund.apply(8800, 3000, "R-" + number, out_trade_no=number)
    print(state, refund["result_code"], flush=True)
