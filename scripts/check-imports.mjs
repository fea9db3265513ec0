/**
 * Holds the shape of ts/: imports obey the table of rooms and go through a room's index.ts, no cycles, a sentence at the
 * head of every file and an index.ts in every folder, re-exports only in ts/index.ts, no loops over pixels.
 * `node scripts/check-imports.mjs [FOLDER]`: the folder that holds package.json and ts/, by default this package's.
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { pixelLoops } from './pixel-loops.mjs'
import { pictureRooms, rooms, shared, sideEntries, smallLoops } from './rooms.mjs'
import { root, runWhenMain } from './steps.mjs'

/** What is wrong with the tree in a folder: a line each, sorted. */
export function importProblems(folder) {
  return new ImportCheck(resolve(folder)).run()
}

class ImportCheck {
  constructor(folder) {
    this.root = folder
    this.source = join(folder, 'ts')
    this.problems = []
    this.dependencies = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies ?? {}
    this.program = openProgram(this.source)
    this.files = this.program.getSourceFiles().filter((file) => file.fileName.startsWith(this.source + sep))
    this.imports = new Map(this.files.map((file) => [file.fileName, this.importsOf(file)]))
  }

  run() {
    for (const file of this.files) {
      this.checkHead(file)
      for (const edge of this.imports.get(file.fileName)) this.checkEdge(file, edge)
      this.checkLoops(file)
    }
    this.checkFolders(this.source)
    this.checkPublicIndex()
    this.checkCycles()
    return this.problems.sort()
  }

  report(file, node, text) {
    const line = node ? `:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}` : ''
    this.problems.push(`${relative(this.root, file.fileName)}${line}: ${text}`)
  }

  /**
   * Every module that a file names: static, dynamic, in a type, re-exported. `target` is the file of ts/, if it is one;
   * what imports types only is `erased` before anything runs.
   */
  importsOf(file) {
    const edges = []
    const add = (node, erased = false) => {
      if (!node || !ts.isStringLiteralLike(node)) return
      const options = this.program.getCompilerOptions()
      const target = ts.resolveModuleName(node.text, file.fileName, options, ts.sys).resolvedModule?.resolvedFileName
      const ours = target?.startsWith(this.source + sep) ? target : undefined
      edges.push({ node, name: node.text, target: ours, erased })
    }
    const visit = (node) => {
      if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly)
      else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
      else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
      else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
      ts.forEachChild(node, visit)
    }
    visit(file)
    return edges
  }

  /** The folder of ts/ that a file is in, or its own name beside them. */
  roomOf(fileName) {
    return relative(this.source, fileName).split(sep)[0].replace(/\.ts$/, '')
  }

  checkEdge(file, { node, name, target }) {
    if (target === undefined) return this.checkForeign(file, node, name)
    const [from, to] = [this.roomOf(file.fileName), this.roomOf(target)]
    if (to === from || shared.includes(to)) return
    const report = (text) => this.report(file, node, text)
    if (shared.includes(from)) return report(`${from} is shared by all and may not import ${to}`)
    for (const room of [from, to]) if (!(room in rooms)) return report(`${room} is no room of scripts/rooms.mjs`)
    if (to === 'index') return report('no room imports the public index')
    if (rooms[from] !== 'any' && !rooms[from].includes(to)) report(`${from} may not import ${to}`)
    const isFolder = relative(this.source, target).includes(sep)
    const isEntry = target === join(this.source, to, 'index.ts') || relative(this.source, target) in sideEntries
    if (isFolder && !isEntry) report(`import ${to} through its index.ts`)
  }

  checkForeign(file, node, name) {
    if (name.startsWith('#')) return
    if (name.startsWith('.')) return this.report(file, node, `${name} is no file of ts/`)
    if (isBuiltin(name)) return name.startsWith('node:') || this.report(file, node, `write node:${name}`)
    const dependency = name.split('/', name.startsWith('@') ? 2 : 1).join('/')
    if (!(dependency in this.dependencies)) this.report(file, node, `${dependency} is no dependency in package.json`)
  }

  checkHead(file) {
    const [first] = ts.getLeadingCommentRanges(file.text, ts.getShebang(file.text)?.length ?? 0) ?? []
    const sentence = /^\/\*\*\s+(\*\s+)?[\p{Lu}`][^]*?[.:](\s|$)/u
    const said = first !== undefined && sentence.test(file.text.slice(first.pos, first.end))
    if (!said) this.report(file, undefined, 'opens with no docstring that says in a sentence what it is for')
  }

  checkLoops(file) {
    const exempt = relative(this.source, file.fileName) in smallLoops
    if (exempt || !pictureRooms.includes(this.roomOf(file.fileName))) return
    for (const node of pixelLoops(file, this.program.getTypeChecker())) {
      this.report(file, node, 'a loop over the elements of a typed array: pixels belong to native/pixels')
    }
  }

  checkFolders(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const path = join(folder, entry.name)
      if (!existsSync(join(path, 'index.ts'))) this.problems.push(`${relative(this.root, path)}: has no index.ts`)
      this.checkFolders(path)
    }
  }

  checkPublicIndex() {
    const file = this.program.getSourceFile(join(this.source, 'index.ts'))
    if (!file) return this.problems.push('ts/index.ts: is missing')
    for (const statement of file.statements) {
      if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) {
        this.report(file, statement, 're-exports only')
      }
    }
  }

  /** Of what is left at run time. Depth first; a file met again while it is open closes a cycle. */
  checkCycles() {
    const done = new Set()
    const open = []
    const visit = (fileName) => {
      if (done.has(fileName)) return
      const at = open.indexOf(fileName)
      if (at >= 0) {
        const cycle = [...open.slice(at), fileName].map((name) => relative(this.source, name))
        return this.problems.push(`ts/${cycle[0]}: a cycle of imports: ${cycle.join(' → ')}`)
      }
      open.push(fileName)
      for (const { target, erased } of this.imports.get(fileName) ?? []) if (target && !erased) visit(target)
      open.pop()
      done.add(fileName)
    }
    for (const file of this.files) visit(file.fileName)
  }
}

function openProgram(source) {
  const { config, error } = ts.readConfigFile(join(source, 'tsconfig.json'), (name) => ts.sys.readFile(name))
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'))
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, source)
  return ts.createProgram(fileNames, options)
}

await runWhenMain(import.meta.url, () => {
  const problems = importProblems(process.argv[2] ?? root)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  console.log('imports: every file of ts/ obeys the table of rooms')
})
