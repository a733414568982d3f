// A program as its author wrote it, with Java's own library alone: nothing in it speaks of an emulator or of a proxy.
import java.io.ByteArrayInputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

public class BehindProxy {
    static final Map<String, String> ENV = System.getenv();

    static String call(String path, SSLSocketFactory certified, String... pairs) throws Exception {
        TreeMap<String, String> fields = new TreeMap<>(Map.of(
            "appid", ENV.get("APPID"), "mch_id", ENV.get("MCHID"), "nonce_str", "n", "out_trade_no", ENV.get("NUMBER")));
        for (int at = 0; at < pairs.length; at += 2) fields.put(pairs[at], pairs[at + 1]);
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> text.append(name).append('=').append(value).append('&'));
        byte[] signed = (text + "key=" + ENV.get("API_KEY")).getBytes(StandardCharsets.UTF_8);
        StringBuilder sign = new StringBuilder();
        for (byte one : MessageDigest.getInstance("MD5").digest(signed)) sign.append(String.format("%02X", one));
        fields.put("sign", sign.toString());
        StringBuilder xml = new StringBuilder("<xml>");
        fields.forEach((name, value) -> xml.append('<' + name + '>' + value + "</" + name + '>'));
        HttpsURLConnection connection =
            (HttpsURLConnection) new URL("https://api.mch.weixin.qq.com" + path).openConnection();
        if (certified != null) connection.setSSLSocketFactory(certified);
        connection.setDoOutput(true);
        connection.getOutputStream().write((xml + "</xml>").getBytes(StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static String valueOf(String answer, String name) {
        var found = Pattern.compile("<" + name + "><!\\[CDATA\\[(.*?)\\]\\]>").matcher(answer);
        return found.find() ? found.group(1) : answer;
    }

    /** With apiclient_cert.p12, whose password is the merchant number. */
    static SSLSocketFactory certified() throws Exception {
        char[] password = ENV.get("MCHID").toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Base64.getDecoder().decode(ENV.get("MERCHANT_P12"))), password);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getSocketFactory();
    }

    public static void main(String[] arguments) throws Exception {
        call("/pay/unifiedorder", null, "body", "Longjing", "total_fee", "8800", "spbill_create_ip", "127.0.0.1",
            "notify_url", "http://127.0.0.1:9/notify", "trade_type", "NATIVE", "product_id", "tea-1");
        System.out.println("placed");
        System.in.read();
        String state = valueOf(call("/pay/orderquery", null), "trade_state");
        String refund = call("/secapi/pay/refund", certified(),
            "out_refund_no", "R-" + ENV.get("NUMBER"), "total_fee", "8800", "refund_fee", "3000");
        System.out.println(state + " " + valueOf(refund, "result_code"));
    }
}
