// The page's own words. What the assistant says comes from the service, in the language of the conversation.

const en = {
  skip: "Skip to your message", automated: "Automated assistant", details: "Details",
  end: "End", person: "Talk to our team", startTitle: "Try the assistant",
  startLeadOwn: "You will talk to an automated assistant. You can ask to talk to someone on our team at any time.",
  language: "Language", signIn: "Are you signed in?", levelAuthenticated: "Yes", levelStrong: "Yes, with a code just now", levelAnonymous: "No",
  begin: "Start chatting", token: "Access token", customerNumber: "Customer number (optional)",
  conversation: "Conversation", yourMessage: "Your message", writeHere: "Write your message", send: "Send", actions: "What was done",
  nothingYet: "Nothing yet.", you: "You", assistant: "Assistant", representative: "Our team", system: "Notice",
  customer: "Customer", specialist: "Specialist", procedure: "Working on", state: "State", waitsFor: "Waiting for", team: "Team",
  open: "Open", waiting_customer: "Waiting for your answer", waiting_approval: "Waiting for a supervisor", with_representative: "With our team", closed: "Closed",
  working: "The assistant is working on it…", sending: "Sending…", notSent: "Not sent.", retry: "Try again", offline: "Connection lost, reconnecting…",
  confirmTitle: "Shall I go ahead?", yes: "Yes", no: "No", sayYes: "Yes", sayNo: "No", until: "Valid until {time}.",
  codeTitle: "Please enter the code we sent you.", code: "Code", submitCode: "Send code",
  approveTitle: "This is waiting for a supervisor's decision. You can keep writing; the answer will appear here.",
  noToken: "Please enter an access token.", wrong: "That did not work. Please try again, or ask to talk to our team.", unreachable: "The service cannot be reached.", broken: "Something on our side is not working right now. Nothing is lost.",
  ended: "This conversation is closed.", again: "Start a new one", rate: "How was it?", rating: "{score} of 5", thanks: "Thank you.",
  succeeded: "done", failed: "failed", refused: "not possible here", allow: "done", deny: "not possible here", confirm: "needs your yes", step_up: "needs a code",
  approve: "needs approval", handoff: "passed to our team", rules: "Rules", guest: "not signed in",
};
const es = {
  skip: "Ir a su mensaje", automated: "Asistente automático", details: "Detalles",
  end: "Terminar", person: "Hablar con nuestro equipo", startTitle: "Pruebe el asistente",
  startLeadOwn: "Hablará con un asistente automático. Puede pedir hablar con una persona de nuestro equipo en cualquier momento.",
  language: "Idioma", signIn: "¿Ha iniciado sesión?", levelAuthenticated: "Sí", levelStrong: "Sí, con un código ahora mismo", levelAnonymous: "No",
  begin: "Empezar a chatear", token: "Token de acceso", customerNumber: "Número de cliente (opcional)",
  conversation: "Conversación", yourMessage: "Su mensaje", writeHere: "Escriba su mensaje", send: "Enviar", actions: "Lo que se hizo",
  nothingYet: "Nada todavía.", you: "Usted", assistant: "Asistente", representative: "Nuestro equipo", system: "Aviso",
  customer: "Cliente", specialist: "Especialista", procedure: "En curso", state: "Estado", waitsFor: "En espera de", team: "Equipo",
  open: "Abierta", waiting_customer: "Espera su respuesta", waiting_approval: "Espera a un supervisor", with_representative: "Con nuestro equipo", closed: "Cerrada",
  working: "El asistente está en ello…", sending: "Enviando…", notSent: "No se ha enviado.", retry: "Reintentar", offline: "Conexión perdida, reconectando…",
  confirmTitle: "¿Lo hago?", yes: "Sí", no: "No", sayYes: "Sí", sayNo: "No", until: "Válido hasta: {time}.",
  codeTitle: "Escriba el código que le enviamos.", code: "Código", submitCode: "Enviar código",
  approveTitle: "Está pendiente de autorización. Puede seguir escribiendo; la respuesta aparecerá aquí.",
  noToken: "Introduzca un token de acceso.", wrong: "No ha funcionado. Inténtelo de nuevo o pida hablar con nuestro equipo.", unreachable: "No se puede conectar con el servicio.", broken: "Algo no funciona ahora mismo por nuestra parte. No se ha perdido nada.",
  ended: "Esta conversación está cerrada.", again: "Empezar otra", rate: "¿Qué tal fue?", rating: "{score} de 5", thanks: "Gracias.",
  succeeded: "hecho", failed: "no se ha completado", refused: "no es posible aquí", allow: "hecho", deny: "no es posible aquí", confirm: "necesita su sí", step_up: "necesita un código",
  approve: "necesita aprobación", handoff: "pasado a nuestro equipo", rules: "Reglas", guest: "sin iniciar sesión",
};
const de = {
  skip: "Zu Ihrer Nachricht", automated: "Automatischer Assistent", details: "Details",
  end: "Beenden", person: "Mit unserem Team sprechen", startTitle: "Probieren Sie den Assistenten aus",
  startLeadOwn: "Sie sprechen mit einem automatischen Assistenten. Sie können jederzeit mit jemandem aus unserem Team sprechen.",
  language: "Sprache", signIn: "Sind Sie angemeldet?", levelAuthenticated: "Ja", levelStrong: "Ja, gerade mit Code", levelAnonymous: "Nein",
  begin: "Chat beginnen", token: "Zugangstoken", customerNumber: "Kundennummer (freiwillig)",
  conversation: "Gespräch", yourMessage: "Ihre Nachricht", writeHere: "Schreiben Sie Ihre Nachricht", send: "Senden", actions: "Was getan wurde",
  nothingYet: "Noch nichts.", you: "Sie", assistant: "Assistent", representative: "Unser Team", system: "Hinweis",
  customer: "Kundenkonto", specialist: "Spezialist", procedure: "In Arbeit", state: "Stand", waitsFor: "Wartet auf", team: "Team",
  open: "Offen", waiting_customer: "Wartet auf Ihre Antwort", waiting_approval: "Wartet auf Freigabe", with_representative: "Bei unserem Team", closed: "Beendet",
  working: "Der Assistent arbeitet daran…", sending: "Wird gesendet…", notSent: "Nicht gesendet.", retry: "Erneut versuchen", offline: "Verbindung verloren, neuer Versuch…",
  confirmTitle: "Soll ich das tun?", yes: "Ja", no: "Nein", sayYes: "Ja", sayNo: "Nein", until: "Gültig bis {time}.",
  codeTitle: "Bitte geben Sie den Code ein, den wir Ihnen geschickt haben.", code: "Code", submitCode: "Code senden",
  approveTitle: "Das wartet auf eine Genehmigung. Sie können weiterschreiben; die Antwort erscheint hier.",
  noToken: "Bitte geben Sie ein Zugangstoken ein.", wrong: "Das hat nicht funktioniert. Bitte versuchen Sie es noch einmal oder sprechen Sie mit unserem Team.", unreachable: "Der Dienst ist nicht erreichbar.", broken: "Bei uns funktioniert gerade etwas nicht. Nichts ist verloren.",
  ended: "Dieses Gespräch ist beendet.", again: "Neues Gespräch", rate: "Wie war es?", rating: "{score} von 5", thanks: "Vielen Dank.",
  succeeded: "erledigt", failed: "nicht gelungen", refused: "hier nicht möglich", allow: "erledigt", deny: "hier nicht möglich", confirm: "braucht Ihr Ja", step_up: "braucht einen Code",
  approve: "braucht Freigabe", handoff: "an unser Team gegeben", rules: "Regeln", guest: "nicht angemeldet",
};
const fr = {
  skip: "Aller à votre message", automated: "Assistant automatique", details: "Détails",
  end: "Terminer", person: "Parler à un conseiller", startTitle: "Essayez l’assistant",
  startLeadOwn: "Vous parlerez à un assistant automatique. Vous pouvez à tout moment demander à parler à un conseiller.",
  language: "Langue", signIn: "Avez-vous ouvert une session ?", levelAuthenticated: "Oui", levelStrong: "Oui, avec un code à l’instant", levelAnonymous: "Non",
  begin: "Commencer", token: "Jeton d’accès", customerNumber: "Numéro de client (facultatif)",
  conversation: "Conversation", yourMessage: "Votre message", writeHere: "Écrivez votre message", send: "Envoyer", actions: "Ce qui a été fait",
  nothingYet: "Rien encore.", you: "Vous", assistant: "Assistant", representative: "Notre équipe", system: "Avis",
  customer: "Client", specialist: "Spécialiste", procedure: "En cours", state: "État", waitsFor: "En attente de", team: "Équipe",
  open: "Ouverte", waiting_customer: "Attend votre réponse", waiting_approval: "Attend un superviseur", with_representative: "Avec notre équipe", closed: "Terminée",
  working: "L’assistant s’en occupe…", sending: "Envoi…", notSent: "Non envoyé.", retry: "Réessayer", offline: "Connexion perdue, reconnexion…",
  confirmTitle: "Dois-je le faire ?", yes: "Oui", no: "Non", sayYes: "Oui", sayNo: "Non", until: "Fin de validité : {time}.",
  codeTitle: "Saisissez le code que nous vous avons envoyé.", code: "Code", submitCode: "Envoyer le code",
  approveTitle: "Votre demande attend l’accord d’un superviseur. Vous pouvez continuer d’écrire ; la réponse apparaîtra ici.",
  noToken: "Saisissez un jeton d’accès.", wrong: "Cela n’a pas fonctionné. Réessayez ou demandez à parler à un conseiller.", unreachable: "Le service est injoignable.", broken: "Quelque chose ne fonctionne pas de notre côté en ce moment. Rien n’est perdu.",
  ended: "Cette conversation est terminée.", again: "En commencer une autre", rate: "Comment était-ce ?", rating: "{score} sur 5", thanks: "Merci.",
  succeeded: "fait", failed: "non abouti", refused: "impossible ici", allow: "fait", deny: "impossible ici", confirm: "attend votre oui", step_up: "attend un code",
  approve: "attend un accord", handoff: "transmis à notre équipe", rules: "Règles", guest: "sans session",
};
const hi = {
  skip: "अपने संदेश पर जाएँ", automated: "स्वचालित सहायक", details: "विवरण",
  end: "समाप्त करें", person: "हमारी टीम से बात कीजिए", startTitle: "सहायक को आज़माएँ",
  startLeadOwn: "आप एक स्वचालित सहायक से बात करेंगे। आप कभी भी हमारी टीम के किसी सदस्य से बात करने को कह सकते हैं।",
  language: "भाषा", signIn: "क्या आप साइन इन हैं?", levelAuthenticated: "हाँ", levelStrong: "हाँ, अभी कोड के साथ", levelAnonymous: "नहीं",
  begin: "चैट शुरू करें", token: "एक्सेस टोकन", customerNumber: "ग्राहक नंबर (वैकल्पिक)",
  conversation: "बातचीत", yourMessage: "आपका संदेश", writeHere: "अपना संदेश लिखिए", send: "भेजें", actions: "क्या किया गया",
  nothingYet: "अभी कुछ नहीं।", you: "आप", assistant: "सहायक", representative: "हमारी टीम", system: "सूचना",
  customer: "ग्राहक", specialist: "विशेषज्ञ", procedure: "काम", state: "स्थिति", waitsFor: "प्रतीक्षा", team: "टीम",
  open: "खुली", waiting_customer: "आपके जवाब का इंतज़ार", waiting_approval: "मंज़ूरी का इंतज़ार", with_representative: "हमारी टीम के पास", closed: "बंद",
  working: "सहायक इस पर काम कर रहा है…", sending: "भेजा जा रहा है…", notSent: "भेजा नहीं गया।", retry: "फिर कोशिश कीजिए", offline: "कनेक्शन टूट गया, फिर जोड़ रहे हैं…",
  confirmTitle: "क्या ऐसा किया जाए?", yes: "हाँ", no: "नहीं", sayYes: "हाँ", sayNo: "नहीं", until: "{time} तक मान्य।",
  codeTitle: "कृपया वह कोड लिखिए जो हमने आपको भेजा है।", code: "कोड", submitCode: "कोड भेजें",
  approveTitle: "इस पर मंज़ूरी बाक़ी है। आप लिखते रह सकते हैं; जवाब यहीं आएगा।",
  noToken: "कृपया एक्सेस टोकन लिखिए।", wrong: "यह नहीं हो सका। कृपया फिर कोशिश कीजिए।", unreachable: "सेवा से संपर्क नहीं हो पा रहा है।", broken: "अभी हमारी ओर से कुछ काम नहीं कर रहा है। कुछ खोया नहीं है।",
  ended: "यह बातचीत बंद है।", again: "नई शुरू करें", rate: "अनुभव कैसा रहा?", rating: "5 में से {score}", thanks: "धन्यवाद।",
  succeeded: "हो गया", failed: "नहीं हो सका", refused: "यहाँ संभव नहीं", allow: "हो गया", deny: "यहाँ संभव नहीं", confirm: "आपकी हाँ चाहिए", step_up: "कोड चाहिए",
  approve: "मंज़ूरी चाहिए", handoff: "हमारी टीम को भेजा गया", rules: "नियम", guest: "साइन इन नहीं",
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
