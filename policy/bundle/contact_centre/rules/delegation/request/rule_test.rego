package contact_centre.rules.delegation.request_test

import data.contact_centre.rules.delegation.request
import data.contact_centre.samples_test as sample

asked := sample.put(sample.note, {
	"/call/server": "warranty",
	"/call/tool": "check_warranty",
	"/call/arguments": {"text": "is my router covered", "shares": ["email"]},
	"/principal/agent/id": "warranty",
})

effects(document) := answer if {
	answer := {spoken.effect | some spoken in request.report} with input as document
		with data.revision as sample.revision
		with data.tools["warranty.check_warranty"] as {"group": "delegation", "kind": "write", "reads": {}}
		with data.roles.default.shared_facts as {"warranty": ["email"]}
}

test_what_was_agreed_may_be_asked if {
	effects(asked) == {"allow"}
	effects(sample.put(asked, {"/call/arguments/shares": []})) == {"allow"}
}

test_more_than_was_agreed_is_denied if {
	effects(sample.put(asked, {"/call/arguments/shares": ["email", "phone"]})) == {"deny"}
	effects(sample.put(asked, {"/call/arguments/shares": "email"})) == {"deny"}
	effects(sample.without(asked, "/call/arguments/shares")) == {"deny"}
}

test_an_agent_with_which_nothing_was_agreed_is_told_nothing if {
	nothing := {spoken.effect | some spoken in request.report} with input as asked
		with data.revision as sample.revision
		with data.tools["warranty.check_warranty"] as {"group": "delegation", "kind": "write", "reads": {}}
	nothing == {"deny"}
}

test_a_partners_request_is_not_passed_on if {
	"deny" in effects(sample.put(asked, {"/principal/chain": ["partner"]}))
}

test_nothing_else_is_spoken_about if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_other_tools_are_other_rules_business if {
	effects(sample.put(sample.note, {"/call/arguments/shares": []})) == set()
	effects(sample.by_partner(sample.refund)) == set()
}
