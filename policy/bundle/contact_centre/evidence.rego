# METADATA
# description: Evidence counts only for exactly these arguments, under exactly this policy, within its time.
package contact_centre.evidence

import data.contact_centre.call
import data.contact_centre.limits
import data.contact_centre.moment

confirmed if {
	bound(input.evidence.confirmation)
	timely(input.evidence.confirmation)
}

# Nobody approves their own call, and nobody counts twice.
approved if {
	bound(input.evidence.approval)
	timely(input.evidence.approval)
	is_string(input.evidence.approval.by)
	not input.evidence.approval.by in {"", call.agent.id}
	count(approvers) >= approvals_needed
}

approvers contains input.evidence.approval.by

approvers contains name if {
	is_array(input.evidence.approval.approvers)
	some name in input.evidence.approval.approvers
	is_string(name)
	not name in {"", call.agent.id}
}

default approvals_needed := 1

approvals_needed := 2 if {
	call.group == "money_back"
	call.amount_minor > limits.money("two_person_minor")
}

bound(proof) if {
	is_string(proof.arguments_digest)
	proof.arguments_digest != ""
	proof.arguments_digest == input.call.arguments_digest
	proof.policy_revision == data.revision
}

timely(proof) if moment.now < moment.seconds(proof.expires_at)
