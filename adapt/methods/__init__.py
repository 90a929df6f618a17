"""The training methods, one module each: `pretrain`, `finetune`, `reinforce`."""
