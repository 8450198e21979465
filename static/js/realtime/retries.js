import { reportBug } from "../helpers/bug-reports.js"

const FIRST_CAP_MS = 1_000
const LAST_CAP_MS = 30_000

/**
 * Named jobs that are retried until they succeed, with growing, jittered delays, and at once when `hurry` is called
 * because the network is back. All waiting jobs are retried together, so that their requests can be combined.
 */
export class Retries {
  #jobs = new Map()
  #timer = null
  #failures = 0

  constructor({ clock }) {
    this.clock = clock
  }

  /**
   * Run `work(isCurrent)`, which returns a promise, in place of a job with the same name. If it was replaced or
   * cancelled meanwhile, `isCurrent()` is false and its result is out of date.
   */
  run(name, work) {
    const job = { work, isWaiting: false }
    this.#jobs.set(name, job)
    return this.#try(name, job)
  }

  cancel(name) {
    this.#jobs.delete(name)
  }

  hurry() {
    this.clock.clearTimeout(this.#timer)
    this.#timer = null
    this.#failures = 0
    for (const [name, job] of this.#jobs) if (job.isWaiting) this.#try(name, job)
  }

  async #try(name, job) {
    const isCurrent = () => this.#jobs.get(name) === job
    job.isWaiting = false
    try {
      await job.work(isCurrent)
      if (isCurrent()) this.#jobs.delete(name)
      this.#failures = 0
    } catch (error) {
      reportBug(error)
      if (!isCurrent()) return
      job.isWaiting = true
      this.#plan()
    }
  }

  #plan() {
    if (this.#timer !== null) return
    const cap = Math.min(LAST_CAP_MS, FIRST_CAP_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#timer = this.clock.setTimeout(() => this.#tryWaiting(), cap / 2 + (this.clock.random() * cap) / 2)
  }

  #tryWaiting() {
    this.#timer = null
    for (const [name, job] of this.#jobs) if (job.isWaiting) this.#try(name, job)
  }
}
