using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Entries;

public sealed class EntryCodecTests
{
    private static readonly EntryHeader Records = new(new EntryIndex(9), new Epoch(4, new NodeId(2)), EntryKind.Records, 3);

    public static TheoryData<EntryHeader, byte[]> Some => new()
    {
        { Records, [1, 2, 3] },
        { Records with { AcceptedIn = new Epoch(6, new NodeId(1)) }, [1] },
        { new EntryHeader(new EntryIndex(1), new Epoch(1), EntryKind.Nothing, 0), [] },
        { new EntryHeader(new EntryIndex(long.MaxValue), new Epoch(long.MaxValue), EntryKind.Configuration, 0), Group.Of(1, 2).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Some))]
    public void An_entry_comes_back_from_its_bytes(EntryHeader header, byte[] payload)
    {
        byte[] bytes = Write(header, payload);
        var reader = new SpanReader(bytes);
        Assert.True(EntryCodec.TryRead(ref reader, out EntryView read));
        Assert.Equal(header, read.Header);
        Assert.Equal(payload, read.Payload.ToArray());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void An_entry_cut_at_any_byte_is_refused(EntryHeader header, byte[] payload)
    {
        byte[] bytes = Write(header, payload);
        for (int length = 0; length < bytes.Length; length++)
        {
            var reader = new SpanReader(bytes.AsSpan(0, length));
            Assert.False(EntryCodec.TryRead(ref reader, out _));
        }
    }

    [Fact]
    public void A_damaged_entry_is_refused_or_read_as_one_that_could_have_been_written()
    {
        byte[] whole = Write(Records with { AcceptedIn = new Epoch(6) }, [1, 2, 3]);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var reader = new SpanReader(damaged);
            if (EntryCodec.TryRead(ref reader, out EntryView read))
            {
                Assert.True(read.Header.Index > EntryIndex.Zero && read.Header.RecordCount >= 0 && Enum.IsDefined(read.Header.Kind));
            }
        }
    }

    private static byte[] Write(EntryHeader header, byte[] payload)
    {
        var entry = new EntryView(header, payload);
        byte[] bytes = new byte[EntryCodec.SizeOf(entry)];
        Assert.Equal(bytes.Length, EntryCodec.Write(entry, bytes));
        return bytes;
    }
}
