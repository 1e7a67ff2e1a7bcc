// What the desk itself says, in the language of whoever works at it. Customers' words and the service's stay as they are.

const LANGUAGES = ["en", "de", "es", "fr", "hi"];
const CHOSEN = "switchboard.desk.language";

const tags = [localStorage.getItem(CHOSEN), ...navigator.languages].filter(Boolean);
const spoken = (tag) => LANGUAGES.find((each) => each === tag.slice(0, 2).toLowerCase());

export const language = tags.map(spoken).find(Boolean) ?? "en";

// With its region where the browser names one: dates and amounts are written as they are there.
export const locale = tags.find((tag) => spoken(tag) === language) ?? "en";

const WORDS = await fetch(`/desk/${language}.json`).then((answer) => answer.json());

export function say(key, facts = {}) {
  return WORDS.said[key].replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

// What the service sends as a name of a kind, in words; any other text as it is.
export const word = (text) => WORDS.terms[text] ?? text;

// A name of a kind. What has no word of ours is shown with its underscores as spaces.
export const term = (name) => word(String(name)).replaceAll("_", " ");

// Puts words into the page as it was sent: before what stands in an element, or into an attribute.
export function dress(page) {
  page.documentElement.lang = language;
  page.title = say("title");
  for (const each of page.querySelectorAll("[data-say]")) each.prepend(say(each.dataset.say) + (each.children.length ? " " : ""));
  for (const each of page.querySelectorAll("[data-label]")) each.ariaLabel = say(each.dataset.label);
  for (const each of page.querySelectorAll("[data-placeholder]")) each.placeholder = say(each.dataset.placeholder);
  for (const each of page.querySelectorAll("[data-term]")) each.textContent = term(each.dataset.term);
}

// The languages to choose from, each by its own name. The page is read again; drafts and the sign-in are kept.
export function offerLanguages(select) {
  for (const each of LANGUAGES) select.append(new Option(new Intl.DisplayNames(each, { type: "language" }).of(each), each, false, each === language));
  select.addEventListener("change", () => {
    localStorage.setItem(CHOSEN, select.value);
    location.reload();
  });
}
