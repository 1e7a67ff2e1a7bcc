// The page's own words. The chat has its own (channels/web/words), and what the assistant says comes from the service.

const en = {
  automated: "Automated assistant", details: "Details", another: "Another customer", startTitle: "Try the assistant",
  startLeadOwn: "You will talk to an automated assistant. You can ask to talk to someone on our team at any time.", language: "Language",
  signIn: "Are you signed in?", levelAuthenticated: "Yes", levelStrong: "Yes, with a code just now", levelAnonymous: "No",
  begin: "Start chatting", token: "Access token", customerNumber: "Customer number (optional)", actions: "What was done",
  nothingYet: "Nothing yet.", customer: "Customer", specialist: "Specialist", procedure: "Working on", state: "State",
  waitsFor: "Waiting for", team: "Team", open: "Open", waiting_customer: "Waiting for your answer",
  waiting_approval: "Waiting for a supervisor", with_representative: "With our team", closed: "Closed",
  noToken: "Please enter an access token.", wrong: "That did not work. Please try again, or ask to talk to our team.",
  unreachable: "The service cannot be reached.", broken: "Something on our side is not working right now. Nothing is lost.",
  succeeded: "done", failed: "failed", refused: "not possible here", allow: "done", deny: "not possible here", confirm: "needs your yes",
  step_up: "needs a code", approve: "needs approval", handoff: "passed to our team", rules: "Rules", guest: "not signed in",
  underneath: "What happens underneath",
};
const es = {
  automated: "Asistente automático", details: "Detalles", another: "Otro cliente", startTitle: "Pruebe el asistente",
  startLeadOwn: "Hablará con un asistente automático. Puede pedir hablar con una persona de nuestro equipo en cualquier momento.",
  language: "Idioma", signIn: "¿Ha iniciado sesión?", levelAuthenticated: "Sí", levelStrong: "Sí, con un código ahora mismo",
  levelAnonymous: "No", begin: "Empezar a chatear", token: "Token de acceso", customerNumber: "Número de cliente (opcional)",
  actions: "Lo que se hizo", nothingYet: "Nada todavía.", customer: "Cliente", specialist: "Especialista", procedure: "En curso",
  state: "Estado", waitsFor: "En espera de", team: "Equipo", open: "Abierta", waiting_customer: "Espera su respuesta",
  waiting_approval: "Espera a un supervisor", with_representative: "Con nuestro equipo", closed: "Cerrada",
  noToken: "Introduzca un token de acceso.", wrong: "No ha funcionado. Inténtelo de nuevo o pida hablar con nuestro equipo.",
  unreachable: "No se puede conectar con el servicio.", broken: "Algo no funciona ahora mismo por nuestra parte. No se ha perdido nada.",
  succeeded: "hecho", failed: "no se ha completado", refused: "no es posible aquí", allow: "hecho", deny: "no es posible aquí",
  confirm: "necesita su sí", step_up: "necesita un código", approve: "necesita aprobación", handoff: "pasado a nuestro equipo",
  rules: "Reglas", guest: "sin iniciar sesión", underneath: "Lo que ocurre por debajo",
};
const de = {
  automated: "Automatischer Assistent", details: "Details", another: "Anderes Kundenkonto",
  startTitle: "Probieren Sie den Assistenten aus",
  startLeadOwn: "Sie sprechen mit einem automatischen Assistenten. Sie können jederzeit mit jemandem aus unserem Team sprechen.",
  language: "Sprache", signIn: "Sind Sie angemeldet?", levelAuthenticated: "Ja", levelStrong: "Ja, gerade mit Code",
  levelAnonymous: "Nein", begin: "Chat beginnen", token: "Zugangstoken", customerNumber: "Kundennummer (freiwillig)",
  actions: "Was getan wurde", nothingYet: "Noch nichts.", customer: "Kundenkonto", specialist: "Spezialist", procedure: "In Arbeit",
  state: "Stand", waitsFor: "Wartet auf", team: "Team", open: "Offen", waiting_customer: "Wartet auf Ihre Antwort",
  waiting_approval: "Wartet auf Freigabe", with_representative: "Bei unserem Team", closed: "Beendet",
  noToken: "Bitte geben Sie ein Zugangstoken ein.",
  wrong: "Das hat nicht funktioniert. Bitte versuchen Sie es noch einmal oder sprechen Sie mit unserem Team.",
  unreachable: "Der Dienst ist nicht erreichbar.", broken: "Bei uns funktioniert gerade etwas nicht. Nichts ist verloren.",
  succeeded: "erledigt", failed: "nicht gelungen", refused: "hier nicht möglich", allow: "erledigt", deny: "hier nicht möglich",
  confirm: "braucht Ihr Ja", step_up: "braucht einen Code", approve: "braucht Freigabe", handoff: "an unser Team gegeben", rules: "Regeln",
  guest: "nicht angemeldet", underneath: "Was dahinter geschieht",
};
const fr = {
  automated: "Assistant automatique", details: "Détails", another: "Un autre client", startTitle: "Essayez l’assistant",
  startLeadOwn: "Vous parlerez à un assistant automatique. Vous pouvez à tout moment demander à parler à un conseiller.",
  language: "Langue", signIn: "Avez-vous ouvert une session ?", levelAuthenticated: "Oui", levelStrong: "Oui, avec un code à l’instant",
  levelAnonymous: "Non", begin: "Commencer", token: "Jeton d’accès", customerNumber: "Numéro de client (facultatif)",
  actions: "Ce qui a été fait", nothingYet: "Rien encore.", customer: "Client", specialist: "Spécialiste", procedure: "En cours",
  state: "État", waitsFor: "En attente de", team: "Équipe", open: "Ouverte", waiting_customer: "Attend votre réponse",
  waiting_approval: "Attend un superviseur", with_representative: "Avec notre équipe", closed: "Terminée",
  noToken: "Saisissez un jeton d’accès.", wrong: "Cela n’a pas fonctionné. Réessayez ou demandez à parler à un conseiller.",
  unreachable: "Le service est injoignable.", broken: "Quelque chose ne fonctionne pas de notre côté en ce moment. Rien n’est perdu.",
  succeeded: "fait", failed: "non abouti", refused: "impossible ici", allow: "fait", deny: "impossible ici", confirm: "attend votre oui",
  step_up: "attend un code", approve: "attend un accord", handoff: "transmis à notre équipe", rules: "Règles", guest: "sans session",
  underneath: "Ce qui se passe derrière",
};
const hi = {
  automated: "स्वचालित सहायक", details: "विवरण", another: "दूसरा ग्राहक", startTitle: "सहायक को आज़माएँ",
  startLeadOwn: "आप एक स्वचालित सहायक से बात करेंगे। आप कभी भी हमारी टीम के किसी सदस्य से बात करने को कह सकते हैं।", language: "भाषा",
  signIn: "क्या आप साइन इन हैं?", levelAuthenticated: "हाँ", levelStrong: "हाँ, अभी कोड के साथ", levelAnonymous: "नहीं",
  begin: "चैट शुरू करें", token: "एक्सेस टोकन", customerNumber: "ग्राहक नंबर (वैकल्पिक)", actions: "क्या किया गया",
  nothingYet: "अभी कुछ नहीं।", customer: "ग्राहक", specialist: "विशेषज्ञ", procedure: "काम", state: "स्थिति", waitsFor: "प्रतीक्षा",
  team: "टीम", open: "खुली", waiting_customer: "आपके जवाब का इंतज़ार", waiting_approval: "मंज़ूरी का इंतज़ार",
  with_representative: "हमारी टीम के पास", closed: "बंद", noToken: "कृपया एक्सेस टोकन लिखिए।",
  wrong: "यह नहीं हो सका। कृपया फिर कोशिश कीजिए।", unreachable: "सेवा से संपर्क नहीं हो पा रहा है।",
  broken: "अभी हमारी ओर से कुछ काम नहीं कर रहा है। कुछ खोया नहीं है।", succeeded: "हो गया", failed: "नहीं हो सका",
  refused: "यहाँ संभव नहीं", allow: "हो गया", deny: "यहाँ संभव नहीं", confirm: "आपकी हाँ चाहिए", step_up: "कोड चाहिए",
  approve: "मंज़ूरी चाहिए", handoff: "हमारी टीम को भेजा गया", rules: "नियम", guest: "साइन इन नहीं", underneath: "पीछे की कार्रवाई",
};

const languages = { en, es, de, fr, hi };
let chosen = "en";

export function speak(language) {
  chosen = languages[language] ? language : "en";
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
}

export function language() {
  return chosen;
}

// More words for the languages, such as those of the sandbox, which no customer ever reads.
export function learn(words) {
  for (const [language, texts] of Object.entries(words)) Object.assign(languages[language], texts);
}

export function say(key, facts = {}) {
  const text = languages[chosen][key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

// Why something did not work, in words for a customer.
export function explain(error) {
  if (error?.status >= 500) return say("broken");
  return error?.status ? say("wrong", { detail: error.message }) : say("unreachable");
}
