// The words of the sandbox: loaded in development only.

export const words = {
  en: {
    startLead: "You will talk to an automated assistant. You can ask to talk to someone on our team at any time. These customers live in a sandbox: nothing here moves real money.",
    chooseCustomer: "Who are you today?",
    tryThis: "Try this",
    showOutbox: "Show the sandbox outbox",
    useCode: "Use {code}",
    noMail: "There is no message yet.",
  },
  es: {
    startLead: "Hablará con un asistente automático. Puede pedir hablar con una persona de nuestro equipo en cualquier momento. Estos clientes son de prueba: aquí no se mueve dinero real.",
    chooseCustomer: "¿Quién es usted hoy?",
    tryThis: "Pruebe esto",
    showOutbox: "Ver la bandeja de prueba",
    useCode: "Usar {code}",
    noMail: "Todavía no hay mensajes.",
  },
  de: {
    startLead: "Sie sprechen mit einem automatischen Assistenten. Sie können jederzeit mit jemandem aus unserem Team sprechen. Diese Kunden gibt es nur zum Ausprobieren: Hier fließt kein echtes Geld.",
    chooseCustomer: "Wer sind Sie heute?",
    tryThis: "Probieren Sie dies",
    showOutbox: "Test-Postausgang zeigen",
    useCode: "{code} verwenden",
    noMail: "Es gibt noch keine Nachricht.",
  },
  fr: {
    startLead: "Vous parlerez à un assistant automatique. Vous pouvez à tout moment demander à parler à un conseiller. Ces clients sont fictifs : aucun argent réel ne circule ici.",
    chooseCustomer: "Qui êtes-vous aujourd’hui ?",
    tryThis: "Essayez ceci",
    showOutbox: "Voir la boîte d’essai",
    useCode: "Utiliser {code}",
    noMail: "Aucun message pour l’instant.",
  },
  hi: {
    startLead: "आप एक स्वचालित सहायक से बात करेंगे। आप कभी भी हमारी टीम के किसी सदस्य से बात करने को कह सकते हैं। ये ग्राहक केवल परीक्षण के लिए हैं: यहाँ असली पैसा नहीं चलता।",
    chooseCustomer: "आज आप कौन हैं?",
    tryThis: "यह आज़माएँ",
    showOutbox: "परीक्षण आउटबॉक्स देखें",
    useCode: "{code} का उपयोग करें",
    noMail: "अभी कोई संदेश नहीं है।",
  },
};
