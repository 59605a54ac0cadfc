namespace Duramen.Kafka.Wire;

/// <summary>Where a frame begins in a <see cref="KafkaWriter"/>.</summary>
public readonly struct FrameStart
{
    internal FrameStart(int position, long length)
    {
        Position = position;
        Length = length;
    }

    internal int Position { get; }

    internal long Length { get; }
}
