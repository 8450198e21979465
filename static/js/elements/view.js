import { render } from "../../vendor/lit-html/lit-html.js"
import { beforeNextFrame } from "../helpers/schedule.js"

/** The base class of elements that render models: `connect` subscribes to models, `template` returns the content. */
export class View extends HTMLElement {
  update = beforeNextFrame(() => this.draw())

  begin(app) {
    this.app = app
    this.replaceChildren()
    this.connect()
    this.draw()
  }

  watch(...emitters) {
    for (const emitter of emitters) emitter.on(this.update)
  }

  draw() {
    render(this.template(), this)
    this.drawn()
  }

  connect() {}

  drawn() {}
}
