// The broadcast of the ws package's README: what one sends goes to all who are open. Nothing is stored.
import { createServer } from "node:http"
import WebSocket, { WebSocketServer } from "ws"

const http = createServer()
const server = new WebSocketServer({ server: http }) // perMessageDeflate is off by default
let messages = 0

server.on("connection", socket => {
  const user = { id: socket._socket.remotePort, name: "Ada Lovelace" }
  socket.on("error", console.error)
  socket.on("message", data => {
    const { room, text } = JSON.parse(data)
    const message = JSON.stringify({ id: ++messages, room, user, text, at: new Date().toISOString() })
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(message)
    }
  })
})

http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 })
