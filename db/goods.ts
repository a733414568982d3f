import { fen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
export const GOODS: Product[] = [
  {
    id: 'tea-longjing',
    slug: 'longjing',
    name: { zh: '龙井', en: 'Longjing' },
    description: { zh: '茶', en: 'Tea' },
    priceFen: fen(6800),
    stock: 24,
    image: '/products/longjing.svg',
  },
]
