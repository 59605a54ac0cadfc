namespace Duramen.Kafka.Wire;

/// <summary>Where a frame begins in a <see cref="KafkaWriter"/>.</summary>
public readonly struct FrameStart
{
    internal FrameStart(int position, int referenceCount, long referencedBytes)
    {
        Position = position;
        ReferenceCount = referenceCount;
        ReferencedBytes = referencedBytes;
    }

    internal int Position { get; }

    internal int ReferenceCount { get; }

    internal long ReferencedBytes { get; }
}
