/** Texts for the page that stands in when the server sends none. */
export const EMERGENCY = {
  zh: {
    title: '水沸出来了',
    text: '我们这边出了点问题，您的订单和付款都是安全的。',
    again: '再试一次',
    home: '回到茶舍',
    overview: '回到后台概览',
    admin: '山岚茶舍 · 后台',
  },
  en: {
    title: 'The kettle boiled over',
    text: 'Something went wrong on our side. Your orders and payments are safe.',
    again: 'Try again',
    home: 'Back to the shop',
    overview: 'Back to the overview',
    admin: 'Shanlan Tea · Admin',
  },
}
