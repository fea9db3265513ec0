/** One listener for each signal, however many share it. */

/** A signal of Node's looks through all of its listeners to add one: a thousand runs of one signal would do that. */
export class AbortGroups<Member> {
  private readonly groups = new Map<AbortSignal, { readonly members: Set<Member>; readonly end: () => void }>()

  /** @param aborted called for each member of a signal that aborts; it is no member then any more */
  constructor(private readonly aborted: (member: Member, signal: AbortSignal) => void) {}

  join(signal: AbortSignal, member: Member): void {
    const group = this.groups.get(signal)
    if (group) {
      group.members.add(member)
      return
    }
    const members = new Set([member])
    const end = (): void => {
      this.groups.delete(signal)
      for (const one of members) this.aborted(one, signal)
    }
    this.groups.set(signal, { members, end })
    signal.addEventListener('abort', end, { once: true })
  }

  /** A member that has left already is ignored. */
  leave(signal: AbortSignal, member: Member): void {
    const group = this.groups.get(signal)
    if (!group?.members.delete(member) || group.members.size > 0) return
    this.groups.delete(signal)
    signal.removeEventListener('abort', group.end)
  }
}
