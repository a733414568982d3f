import { expect, test } from 'vitest'
import { isCommonPassword, PASSWORD_LENGTH } from '@/lib/admin/passwords'
import { newPassword } from '@/lib/admin/reset-password'

const EMAIL = 'olga.petrova@shop.example'

test.each([
  ...['1qaz2wsx3edc', 'Password1234!', 'PASSWORD!!!!1', 'qwertyuiop123', '123456789012', '!!!administrator!!!'],
  ...[
    'passwordpassword',
    'dragondragondragon',
    'iloveyou iloveyou',
    'aaaaaaaaaaaaaaaa',
    'abababababab',
    '121212121212',
  ],
  ...['olga.petrova@shop.example', 'Olga.Petrova2026', 'olga.petrova!!', '          1'],
])('"%s" is among the first that anybody would try', async (password) => {
  expect(await isCommonPassword(password, EMAIL)).toBe(true)
})

test.each([
  'correct horse battery staple',
  'a long enough password',
  '山岚茶舍的第一个密码呀',
  'xK9#mQ2$vL5!',
  newPassword(),
])('"%s" is not', async (password) => expect(await isCommonPassword(password, EMAIL)).toBe(false))

test('a password that was made for somebody is long, and another one each time', () => {
  const made = Array.from({ length: 100 }, newPassword)
  expect(new Set(made).size).toBe(100)
  expect(made.every((it) => it.length >= PASSWORD_LENGTH.min)).toBe(true)
})
