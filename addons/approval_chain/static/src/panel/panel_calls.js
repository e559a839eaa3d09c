/** Leave out what was not filled in. */
function given(values) {
    return Object.fromEntries(
        Object.entries(values).filter(([, value]) =>
            Array.isArray(value) ? value.length : Boolean(value)
        )
    );
}

/**
 * Send an action of the panel to the server, which checks everything again.
 *
 * @param {import("@web/core/orm_service").ORM} orm
 * @param {{ name: string }} action
 * @param {Object} panel see `approval.request._panel`
 * @param {{ opinion: string, values: Object, checked: string[], chosen: Object, files: Object[] }} input
 */
export function callAction(orm, action, panel, { opinion, values, checked, chosen, files }) {
    const text = opinion.trim();
    const { operation, request_id: requestId, res_model: resModel, res_id: resId } = panel;
    const picked = Object.keys(chosen).length ? { chosen } : {};
    const attachments = { attachment_ids: files.map((file) => file.id) };
    const request = (method, args = [], kwargs = {}) =>
        orm.call("approval.request", method, [[requestId], ...args], given(kwargs));
    switch (action.name) {
        case "submit":
            return orm.call(resModel, "action_approval_submit", [[resId], operation], picked);
        case "break_glass": {
            const args = [[resId], operation, text];
            return orm.call(resModel, "action_approval_break_glass", args, picked);
        }
        case "withdraw":
            return request("action_withdraw", [text]);
        case "retry":
            return request("action_retry");
        case "urge":
            return request("action_urge");
        case "accept":
            return request("action_accept_terms");
        case "decline":
            return request("action_decline_terms", [text]);
        case "reopen":
            return request("action_reopen", [text]);
        case "comment":
            return request("action_comment", [text], attachments);
        case "copy":
            return request("action_copy", [values.user_ids, text]);
        case "propose":
            return request("action_propose", [values.changes, text]);
        case "hand_over":
            return request("action_hand_over", [values.user_id, text]);
        case "replace":
            return request("action_replace", [values.slot_id, values.user_id, text]);
        case "add_approver":
            return request("action_add_approvers", [
                values.where,
                values.user_ids,
                values.mode,
                text,
            ]);
        default:
            return request("action_decide", [action.name, text], {
                ...attachments,
                checked: action.checklist ? checked : [],
                to_step_id: values.to_step_id,
            });
    }
}
