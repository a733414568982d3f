import { openDatabase } from '@/db/open'
import { accountsContract } from './accounts-contract'
import { newDatabase } from './postgres'
import { storeContract } from './store-contract'

storeContract(async (goods, logLimits) => openDatabase(await newDatabase(), { goods, ...(logLimits && { logLimits }) }))
accountsContract(async () => openDatabase(await newDatabase()))
