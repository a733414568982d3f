import { Lost } from '../_ui/lost'

export default function NotFound() {
  return <Lost />
}
