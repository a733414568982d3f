<?php
// wechatpay/wechatpay from Packagist, as its users call it: API v3.
require getenv('LIBRARY') . '/vendor/autoload.php';

use WeChatPay\Builder;
use WeChatPay\Crypto\Rsa;

$number = getenv('NUMBER');
$client = Builder::factory([
    'mchid' => getenv('MCHID'),
    'serial' => getenv('MERCHANT_SERIAL'),
    'privateKey' => Rsa::from(getenv('MERCHANT_KEY'), Rsa::KEY_TYPE_PRIVATE),
    'certs' => [getenv('PLATFORM_SERIAL') => Rsa::from(getenv('PLATFORM_CERTIFICATE'), Rsa::KEY_TYPE_PUBLIC)],
]);
$client->chain('v3/pay/transactions/native')->post(['json' => [
    'appid' => getenv('APPID'),
    'mchid' => getenv('MCHID'),
    'description' => 'Longjing',
    'out_trade_no' => $number,
    'notify_url' => 'https://shop.example.com/notify',
    'amount' => ['total' => 8800, 'currency' => 'CNY'],
]]);
echo "placed\n";
fgets(STDIN);
$trade = $client->v3->pay->transactions->outTradeNo->_out_trade_no_->get([
    'query' => ['mchid' => getenv('MCHID')],
    'out_trade_no' => $number,
]);
$refund = $client->chain('v3/refund/domestic/refunds')->post(['json' => [
    'out_trade_no' => $number,
    'out_refund_no' => "R-$number",
    'amount' => ['refund' => 3000, 'total' => 8800, 'currency' => 'CNY'],
]]);
$said = static fn ($answer, string $name): string => json_decode((string) $answer->getBody(), true)[$name];
echo $said($trade, 'trade_state'), ' ', $said($refund, 'status'), "\n";
