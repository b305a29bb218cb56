// Reads the screens' documents with Amazon's static validator: make check-screens.
const fs = require("fs");
const path = require("path");
const { StaticAplTemplateValidator } = require("apl-suggester");

const folder = path.join(__dirname, "..", "..", "skill", "screens");
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`)));

async function main() {
  // It must be able to complain, or its silence says nothing.
  const malformed = { ...read("look"), ...read("question"), mainTemplate: { item: 5 } };
  let wrong = (await new StaticAplTemplateValidator().validate(malformed)).length ? 0 : 1;
  for (const name of ["question", "outcome"]) {
    const document = { ...read("look"), ...read(name) };
    const found = await new StaticAplTemplateValidator().validate(document);
    console.log(`${name}: ${found.length} complaints`);
    found.forEach((complaint) => console.log(JSON.stringify(complaint)));
    wrong += found.length;
  }
  process.exit(wrong ? 1 : 0);
}

main();
