from . import contract, contract_line, contract_approval, contract_hooks
