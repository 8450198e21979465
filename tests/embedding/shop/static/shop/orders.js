import { listen } from "../hubbub/js/topics.js"

for (const row of document.querySelectorAll("[data-order]")) {
  const show = ({ status }) => {
    row.querySelector("span").textContent = status
  }
  listen(`order.${row.dataset.order}`, {
    after: Number(row.dataset.seq),
    event: ({ type, data }) => type === "status" && show(data),
    reset: async () => {
      const order = await (await fetch(`/orders/${row.dataset.order}/`)).json()
      show(order)
      return order.seq
    },
  })
}
