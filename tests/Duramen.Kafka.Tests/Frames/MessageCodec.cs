using System.Reflection;
using Duramen.Kafka.Generator.Schemas;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>The generated class of a message, found by its name.</summary>
internal sealed class MessageCodec
{
    private static readonly Dictionary<string, MessageCodec> Codecs = MessageVersion.Messages.ToDictionary(message => message.Name, message => new MessageCodec(message));

    private readonly ReadMessage _read;

    private MessageCodec(Message message)
    {
        Type = typeof(KafkaApi).Assembly.GetType($"Duramen.Kafka.Messages.{message.Name}", throwOnError: true)!;
        _read = Type.GetMethod("Read", BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<ReadMessage>();
    }

    private delegate IKafkaMessage ReadMessage(ref KafkaReader reader, short version);

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>The class of a message.</summary>
    public static MessageCodec Of(Message message) => Codecs[message.Name];

    /// <summary>A message as its constructor leaves it.</summary>
    public IKafkaMessage Create() => (IKafkaMessage)Activator.CreateInstance(Type)!;

    /// <summary>Reads a message that begins where the reader is.</summary>
    public IKafkaMessage Read(ref KafkaReader reader, short version) => _read(ref reader, version);

    /// <summary>Reads a message without a header.</summary>
    public IKafkaMessage Read(ReadOnlyMemory<byte> bytes, short version)
    {
        var reader = new KafkaReader(bytes);
        return _read(ref reader, version);
    }

    /// <summary>Writes a message without a header.</summary>
    public static byte[] Write(IKafkaMessage message, short version)
    {
        using var writer = new KafkaWriter();
        message.Write(writer, version);
        return writer.ToArray();
    }
}
