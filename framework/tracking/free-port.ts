/** Loopback ports. */
import { createServer } from "node:net"

export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)))
  })

/** The first free port from `from` on; null if none of `tries` is. */
export const nextFreePort = async (from: number, tries: number): Promise<number | null> => {
  for (let port = from; port < Math.min(from + tries, 65_536); port++) if (await isPortFree(port)) return port
  return null
}
