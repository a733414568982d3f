import { fen } from '@/lib/shop/money'
import type { ListedProduct } from '@/lib/shop/price-list'

/** What the shop sells, in the order of its window. `stock` is what there was at the beginning. */
export const GOODS: ListedProduct[] = [
  {
    id: 'tea-longjing',
    slug: 'longjing',
    name: { zh: '明前龙井', en: 'Longjing, first spring picking' },
    description: {
      zh: '产自杭州西湖周边的茶园，清明之前手采，铁锅炒制。豆香清雅，入口鲜甜。用八十度的水冲泡，玻璃杯最能看清叶片舒展。每罐50克。',
      en: 'Picked by hand around West Lake before the Qingming festival and pressed flat in the hot wok. Chestnut and sweet pea, with a clean finish. Brew at 80 °C in a tall glass and watch the leaves stand up. 50 g.',
    },
    priceFen: fen(6800),
    stock: 24,
    image: '/products/longjing.svg',
  },
  {
    id: 'tea-yinzhen',
    slug: 'yinzhen',
    name: { zh: '白毫银针', en: 'Silver Needle white tea' },
    description: {
      zh: '福鼎头采，只取单芽，日光萎凋，不炒不揉。汤色杏黄，毫香里带一丝甜瓜味。水温九十度，久泡不苦。每盒40克。',
      en: 'Only the buds of the first flush from Fuding, dried in the sun and otherwise left alone. Apricot-pale in the cup, with melon and fresh hay. It forgives a long steep. 40 g.',
    },
    priceFen: fen(12800),
    stock: 18,
    image: '/products/yinzhen.svg',
  },
  {
    id: 'tea-tieguanyin',
    slug: 'tieguanyin',
    name: { zh: '炭焙铁观音', en: 'Charcoal-roasted Tieguanyin' },
    description: {
      zh: '安溪秋茶，龙眼木炭慢焙三道。兰花香之后是焦糖与烤坚果的余味，七泡仍有回甘。适合盖碗，沸水快出。每袋100克。',
      en: 'An autumn oolong from Anxi, roasted three times over longan charcoal. Orchid first, then caramel and toasted nuts; good for seven infusions. Boiling water, short steeps, a gaiwan. 100 g.',
    },
    priceFen: fen(8800),
    stock: 30,
    image: '/products/tieguanyin.svg',
  },
  {
    id: 'tea-dahongpao',
    slug: 'dahongpao',
    name: { zh: '武夷大红袍', en: 'Da Hong Pao rock oolong' },
    description: {
      zh: '武夷山岩间老丛，传统足火。汤色橙红，岩骨花香，咽下之后喉间微凉。用紫砂小壶冲泡最相宜。每盒60克。',
      en: 'From old bushes between the cliffs of Wuyi, fully fired in the old way. Amber-red, mineral and floral, with a cool feeling that stays in the throat. Made for a small clay pot. 60 g.',
    },
    priceFen: fen(16800),
    stock: 16,
    image: '/products/dahongpao.svg',
  },
  {
    id: 'tea-qimen',
    slug: 'qimen',
    name: { zh: '祁门红茶', en: 'Keemun black tea' },
    description: {
      zh: '安徽祁门春茶，条索紧细，金毫显露。蜜糖香里有玫瑰与淡淡的果味，清饮或加奶都好。每罐80克。',
      en: 'Fine, wiry spring leaves from Qimen in Anhui, touched with gold. Honey, rose and a hint of ripe fruit; lovely plain, and one of the few Chinese teas that welcome milk. 80 g.',
    },
    priceFen: fen(5800),
    stock: 40,
    image: '/products/qimen.svg',
  },
  {
    id: 'tea-puer',
    slug: 'puer',
    name: { zh: '勐海熟普茶饼', en: "Aged ripe pu'er cake" },
    description: {
      zh: '勐海发酵，干仓存放十年。汤色红浓透亮，糯滑如米汤，带陈木与红枣香。撬下一小块，先快速润茶一道再喝。每饼200克。',
      en: 'Fermented in Menghai and kept dry for ten years. Deep red and silky, with aged wood and jujube. Pry off a corner, rinse it once with boiling water, then take your time. 200 g.',
    },
    priceFen: fen(23800),
    stock: 12,
    image: '/products/puer.svg',
  },
  {
    id: 'tea-jasmine',
    slug: 'jasmine',
    name: { zh: '茉莉龙珠', en: 'Jasmine pearls' },
    description: {
      zh: '福州伏天茉莉，与春茶绿芽窨制六次，再手搓成珠。热水一落，珠子缓缓舒展，花香清透不腻。每罐60克。',
      en: 'Green buds rolled into pearls by hand after six nights among summer jasmine from Fuzhou. They open slowly in the glass; the scent is bright and never heavy. 60 g.',
    },
    priceFen: fen(7800),
    stock: 26,
    image: '/products/jasmine.svg',
  },
  {
    id: 'ware-gaiwan',
    slug: 'gaiwan',
    name: { zh: '月白盖碗', en: 'Moon-white gaiwan' },
    description: {
      zh: '景德镇手工拉坯，月白釉，胎薄而不烫手。三才一套：盖、碗、托。容量120毫升，适合一到三人。',
      en: 'Thrown by hand in Jingdezhen and glazed the white of the moon; thin, yet kind to the fingers. Lid, bowl and saucer. 120 ml, for one to three people.',
    },
    priceFen: fen(15800),
    stock: 14,
    image: '/products/gaiwan.svg',
  },
  {
    id: 'ware-celadon',
    slug: 'celadon',
    name: { zh: '龙泉青瓷杯（四只）', en: 'Longquan celadon cups, set of four' },
    description: {
      zh: '龙泉梅子青釉，厚釉如玉，开片细密，养久了会慢慢染上茶色。每只50毫升，四只装。',
      en: 'Four cups in the plum-green glaze of Longquan, thick as jade. The fine crackle takes on the colour of your tea over the years. 50 ml each.',
    },
    priceFen: fen(26800),
    stock: 8,
    image: '/products/celadon.svg',
  },
  {
    id: 'ware-teapot',
    slug: 'teapot',
    name: { zh: '紫砂西施壶', en: 'Xishi teapot in purple clay' },
    description: {
      zh: '宜兴原矿紫泥，全手工西施壶，出水圆顺，断水利落。容量180毫升，宜泡岩茶与普洱，一壶一茶。',
      en: 'The round Xishi shape, built by hand from Yixing purple clay; it pours in a smooth arc and stops without a drip. 180 ml. Keep it for one kind of tea.',
    },
    priceFen: fen(68800),
    stock: 3,
    image: '/products/teapot.svg',
  },
  {
    id: 'ware-pitcher',
    slug: 'pitcher',
    name: { zh: '玻璃公道杯', en: 'Glass fairness pitcher' },
    description: {
      zh: '高硼硅玻璃，手工吹制，壶嘴细长不滴漏。茶汤在里面匀过一遍，人人浓淡相同。容量250毫升。',
      en: 'Blown by hand from borosilicate glass, with a narrow lip that does not drip. Pour the pot into it first, and every guest gets the same strength. 250 ml.',
    },
    priceFen: fen(6600),
    stock: 32,
    image: '/products/pitcher.svg',
  },
  {
    id: 'ware-tray',
    slug: 'tray',
    name: { zh: '毛竹茶盘', en: 'Bamboo tea tray' },
    description: {
      zh: '安吉毛竹压制，双层抽屉式蓄水，榫卯无钉。长40厘米，宽26厘米，容得下一壶四杯。',
      en: 'Pressed bamboo from Anji, joined without a nail, with a drawer below that catches what is spilled. 40 by 26 cm: room for a pot and four cups.',
    },
    priceFen: fen(19800),
    stock: 10,
    image: '/products/tray.svg',
  },
]
