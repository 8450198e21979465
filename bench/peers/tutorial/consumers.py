import json

from channels.generic.websocket import AsyncWebsocketConsumer

from bench.peers.tutorial.models import Message


class ChatConsumer(AsyncWebsocketConsumer):
    """The tutorial's consumer."""

    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
        await self.channel_layer.group_send(self.room_group_name, {"type": "chat.message", "message": message})

    async def chat_message(self, event):
        message = event["message"]
        await self.send(text_data=json.dumps({"message": message}))


class StoringChatConsumer(ChatConsumer):
    """The same, with a row saved for each message before it is sent."""

    async def receive(self, text_data):
        await Message.objects.acreate(room=self.room_name, text=json.loads(text_data)["message"])
        await super().receive(text_data)
