using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Messages;

internal delegate void Writing(ref SpanWriter writer);

/// <summary>Bodies of messages as bytes, for tests that read them back.</summary>
internal static class MessageBytes
{
    public static byte[] Write(int sizeBytes, Writing write)
    {
        byte[] bytes = new byte[sizeBytes];
        var writer = new SpanWriter(bytes);
        write(ref writer);
        Assert.Equal(sizeBytes, writer.Position);
        return bytes;
    }

    /// <summary>What must be refused: the bytes cut anywhere, and one too many.</summary>
    public static IEnumerable<byte[]> Cuts(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(length => bytes[..length]).Append([.. bytes, 0]);

    /// <summary>A part of a log, whose entries have a payload of three bytes.</summary>
    public static byte[] Part(long previous, params (long Index, long Epoch)[] entries)
    {
        byte[] payload = [1, 2, 3];
        return Write(LogPart.FixedSizeBytes + (entries.Length * (EntryCodec.HeaderSizeBytes + payload.Length)), (ref SpanWriter writer) =>
        {
            LogPart.WriteFixed(ref writer, new EntryIndex(previous), new Epoch(2), new EntryIndex(1), round: 6, entries.Length);
            foreach ((long index, long epoch) in entries)
            {
                var entry = new EntryView(new EntryHeader(new EntryIndex(index), new Epoch(epoch), EntryKind.Records, 1), payload);
                EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
            }
        });
    }
}
