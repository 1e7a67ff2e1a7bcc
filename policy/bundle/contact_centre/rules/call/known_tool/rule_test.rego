package contact_centre.rules.call.known_tool_test

import data.contact_centre.rules.call.known_tool
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in known_tool.report with input as document with data.revision as sample.revision
}

test_known_tools_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_an_unknown_tool_is_denied if effects(sample.put(sample.refund, {"/call/tool": "mint_money"})) == {"deny"}

test_an_unknown_server_is_denied if effects(sample.put(sample.refund, {"/call/server": "bank"})) == {"deny"}
