package contact_centre.rules.messages.consent_test

import data.contact_centre.rules.messages.consent
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in consent.report with input as document with data.revision as sample.revision
}

purpose(name) := sample.put(sample.message, {"/call/arguments/purpose": name})

test_agreed_purposes_pass if {
	effects(sample.message) == {"allow"}
	effects(purpose("service")) == {"allow"}
	effects(purpose("marketing")) == {"allow"}
}

test_without_consent_it_is_denied if {
	effects(sample.put(purpose("marketing"), {"/resource/account/consents/marketing": false})) == {"deny"}
	effects(sample.put(purpose("service"), {"/resource/account/consents/service": false})) == {"deny"}
	effects(sample.put(purpose("service"), {"/resource/account/consents/service": "yes"})) == {"deny"}
	effects(sample.without(purpose("service"), "/resource/account")) == {"deny"}
}

test_one_consent_does_not_stand_for_another if {
	effects(sample.put(purpose("service"), {"/resource/account/consents/marketing": false})) == {"allow"}
}

test_unknown_purposes_are_denied if {
	effects(purpose("fun")) == {"deny"}
	effects(purpose(null)) == {"deny"}
	effects(sample.without(sample.message, "/call/arguments/purpose")) == {"deny"}
}

test_what_was_asked_for_needs_no_consent if {
	effects(sample.put(sample.message, {"/resource/account/consents": {"service": false, "marketing": false}})) == {"allow"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.message} {
		effects(document) == set()
		effects(sample.put(document, {"/call/arguments/purpose": "requested"})) == set()
	}
}
