using Duramen.Kafka.Wire;

namespace Duramen.Kafka;

/// <summary>A request or a response, without its header.</summary>
public interface IKafkaMessage
{
    /// <summary>Writes the message as a version has it.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or cannot say what the message says; what was written is of no use.</exception>
    void Write(KafkaWriter writer, short version);
}

/// <summary>A message of a known class, so that it can be read.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public interface IKafkaMessage<TSelf> : IKafkaMessage
    where TSelf : IKafkaMessage<TSelf>
{
    /// <summary>The API that the message belongs to.</summary>
    static abstract ApiKey ApiKey { get; }

    /// <summary>
    /// Reads the message as a version has it, up to the end of the frame. Its bytes and records stay slices of the frame: whoever keeps them
    /// longer than the frame copies them.
    /// </summary>
    /// <exception cref="KafkaWireException">The version does not exist, or the frame is no such message.</exception>
    static abstract TSelf Read(ref KafkaReader reader, short version);
}
