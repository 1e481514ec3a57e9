"""What partners call the channels, in three languages."""

from apps.core.choices import Channel

_CHANNEL_WORDS = {
    Channel.EMAIL: "email|e-mail|mail|почта|эл.почта|эл. почта|электронная почта|электрондук почта|кат",
    Channel.SMS: "sms|смс|смска|сообщение|билдирүү|sms-билдирүү|sms билдирүү",
    Channel.PUSH: "push|пуш|push-уведомления|пуш-уведомления|пуш-билдирүү|пуш билдирүү",
    Channel.CALL: "call|calls|phone|звонок|звонки|телефон|чалуу|чалуулар",
    Channel.MESSENGER: "messenger|whatsapp|telegram|viber|мессенджер|мессенджеры|мессенжер",
    Channel.ALL: "all|any|every|все|всё|все каналы|любой|бардыгы|баары|бардык каналдар",
}
CHANNELS = {word: channel for channel, words in _CHANNEL_WORDS.items() for word in words.split("|")}
