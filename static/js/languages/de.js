globalThis.hubbubCatalogue = {
 "language": "de",
 "messages": {}
}
