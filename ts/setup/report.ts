/** What the doctor found, and what to do first: faults that keep pictures from being matted come before all others. */

import type { PdfnetError } from '../errors.js'

export interface Finding {
  readonly name: string
  /** `missing` is no fault, and neither it nor a `warning` keeps pictures from being matted. */
  readonly state: 'works' | 'missing' | 'warning' | 'broken'
  readonly says: string
}

export interface Diagnosis {
  /** Whether a picture can be matted now. */
  readonly works: boolean
  /** What to do first, if anything. */
  readonly remedy?: string
  readonly findings: readonly Finding[]
}

export class Report {
  private readonly findings: Finding[] = []
  private readonly needed: string[] = []
  private readonly advised: string[] = []

  works(name: string, says: string): void {
    this.findings.push({ name, state: 'works', says })
  }

  missing(name: string, says: string, remedy?: string): void {
    this.findings.push({ name, state: 'missing', says })
    if (remedy !== undefined) this.advised.push(remedy)
  }

  warn(name: string, says: string, remedy: string): void {
    this.findings.push({ name, state: 'warning', says })
    this.advised.push(remedy)
  }

  /** No picture can be matted before it is remedied. */
  broken(name: string, says: string, remedy: string): void {
    this.findings.push({ name, state: 'broken', says })
    this.needed.push(remedy)
  }

  failed(name: string, { message, remedy }: PdfnetError): void {
    this.broken(name, message, remedy)
  }

  /** No picture can be matted before it is there, but nothing is at fault. */
  needs(name: string, says: string, remedy: string): void {
    this.findings.push({ name, state: 'missing', says })
    this.needed.push(remedy)
  }

  diagnosis(): Diagnosis {
    const [remedy] = [...this.needed, ...this.advised]
    return { works: this.needed.length === 0, findings: this.findings, ...(remedy !== undefined && { remedy }) }
  }
}
