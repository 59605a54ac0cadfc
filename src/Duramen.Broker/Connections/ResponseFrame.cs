using System.Buffers;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Connections;

/// <summary>
/// A response on its way to the network: what its writer holds, and the owners of the memory that the writer only refers to, such as batches that
/// were read from a log. Made by whoever serves the request; the connection writes it once and disposes it.
/// </summary>
internal sealed class ResponseFrame : IDisposable
{
    private readonly List<IDisposable> _owners = [];

    /// <summary>Where the frame is written, its size included.</summary>
    public KafkaWriter Writer { get; } = new();

    /// <summary>Takes over the owner of memory that the writer refers to.</summary>
    public void Own(IDisposable owner) => _owners.Add(owner);

    /// <summary>Adds everything that was written to a list, as memory to be sent in this order.</summary>
    public void AddSegmentsTo(IList<ReadOnlyMemory<byte>> segments) => Writer.AddSegmentsTo(segments);

    /// <summary>Writes everything to a connection.</summary>
    public void WriteTo(IBufferWriter<byte> output) => Writer.CopyTo(output);

    public void Dispose()
    {
        Writer.Dispose();
        _owners.ForEach(owner => owner.Dispose());
        _owners.Clear();
    }
}
