// Socket.IO's rooms as its documentation shows them: join, broadcast to the room, acknowledge where the client asks. Nothing is stored.
import { createServer } from "node:http"
import { Server } from "socket.io"

const http = createServer()
const io = new Server(http, { transports: ["websocket"] }) // perMessageDeflate is off by default
let messages = 0

io.on("connection", socket => {
  const user = { id: socket.id, name: "Ada Lovelace" }
  socket.on("join", (rooms, done) => {
    socket.join(rooms)
    done({ joined: rooms.length })
  })
  socket.on("post", ({ room, text }, done) => {
    const id = ++messages
    io.to(room).emit("message", { id, room, user, text, at: new Date().toISOString() })
    done?.({ id })
  })
})

http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 })
