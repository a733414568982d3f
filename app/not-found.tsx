import { Lost } from './_ui/lost'
import { ShopFrame } from './_ui/shop-frame'

export default function NotFound() {
  return (
    <ShopFrame>
      <Lost />
    </ShopFrame>
  )
}
