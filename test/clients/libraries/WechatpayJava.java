// wechatpay-java, the official one, as its users call it: API v3.
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.Amount;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.AmountReq;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import java.util.Map;

public class WechatpayJava {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> env = System.getenv();
        String number = env.get("NUMBER");
        Config config = new RSAAutoCertificateConfig.Builder()
            .merchantId(env.get("MCHID"))
            .privateKey(env.get("MERCHANT_KEY"))
            .merchantSerialNumber(env.get("MERCHANT_SERIAL"))
            .apiV3Key(env.get("V3_KEY"))
            .build();
        NativePayService orders = new NativePayService.Builder().config(config).build();
        PrepayRequest order = new PrepayRequest();
        Amount amount = new Amount();
        amount.setTotal(8800);
        order.setAmount(amount);
        order.setAppid(env.get("APPID"));
        order.setMchid(env.get("MCHID"));
        order.setDescription("Longjing");
        order.setNotifyUrl("https://shop.example.com/notify");
        order.setOutTradeNo(number);
        orders.prepay(order);
        System.out.println("placed");
        System.in.read();
        QueryOrderByOutTradeNoRequest query = new QueryOrderByOutTradeNoRequest();
        query.setMchid(env.get("MCHID"));
        query.setOutTradeNo(number);
        String state = orders.queryOrderByOutTradeNo(query).getTradeState().name();
        AmountReq back = new AmountReq();
        back.setRefund(3000L);
        back.setTotal(8800L);
        back.setCurrency("CNY");
        CreateRequest refund = new CreateRequest();
        refund.setOutTradeNo(number);
        refund.setOutRefundNo("R-" + number);
        refund.setAmount(back);
        String status = new RefundService.Builder().config(config).build().create(refund).getStatus().name();
        System.out.println(state + " " + status);
        // The library keeps a thread that renews certificates.
        System.exit(0);
    }
}
