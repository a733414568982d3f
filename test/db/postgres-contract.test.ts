import { openDatabase } from '@/db/open'
import { newDatabase } from './postgres'
import { storeContract } from './store-contract'

storeContract(async (goods, logLimits) => openDatabase(await newDatabase(), { goods, ...(logLimits && { logLimits }) }))
