package contact_centre.rules.devices.restart_test

import data.contact_centre.rules.devices.restart
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in restart.report with input as document with data.revision as sample.revision
}

test_an_own_device_may_be_restarted if effects(sample.restart) == {"allow"}

test_an_unread_device_is_denied if {
	effects(sample.without(sample.restart, "/resource/device")) == {"deny"}
	effects(sample.put(sample.restart, {"/resource/device/device_id": "D-9"})) == {"deny"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.restart} {
		effects(document) == set()
		effects(sample.put(document, {
			"/call/arguments/device_id": "D-1", "/resource/device": sample.restart.resource.device,
		})) == set()
	}
}
