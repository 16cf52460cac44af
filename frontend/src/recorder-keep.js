// Chunks that the server doesn't have yet, kept in the browser so that a reload or a crash can't lose them.
const STORE = "chunks";

function opened() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("viva-recordings", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

let database;

async function run(mode, work) {
  try {
    database ??= opened();
    const asked = work((await database).transaction(STORE, mode).objectStore(STORE));
    return await new Promise((done, fail) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  } catch {
    return undefined; // a private window may keep nothing; the page's memory and the server still do
  }
}

const key = (take, number) => `${take}/${String(number).padStart(8, "0")}`;
const all = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

export const keep = (take, number, bytes) => run("readwrite", (store) => store.put(bytes, key(take, number)));
export const drop = (take, number) => run("readwrite", (store) => store.delete(key(take, number)));
export const dropAll = (take) => run("readwrite", (store) => store.delete(all(`${take}/`)));

// number → bytes of one take (the address of its chunks).
export async function kept(take) {
  const keys = (await run("readonly", (store) => store.getAllKeys(all(`${take}/`)))) ?? [];
  const values = (await run("readonly", (store) => store.getAll(all(`${take}/`)))) ?? [];
  return new Map(keys.slice(0, values.length).map((name, i) => [Number(name.split("/").pop()), values[i]]));
}

// The takes under an address that have chunks here.
export async function keptTakes(base) {
  const keys = (await run("readonly", (store) => store.getAllKeys(all(`${base}/`)))) ?? [];
  return [...new Set(keys.map((name) => name.slice(0, name.lastIndexOf("/"))))];
}
