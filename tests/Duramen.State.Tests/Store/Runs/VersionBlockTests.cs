using Duramen.Core.Binary;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Runs;

namespace Duramen.State.Tests.Store.Runs;

/// <summary>Blocks of versions: what a search finds in them, and what is made of bytes that are none.</summary>
public sealed class VersionBlockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_search_finds_what_going_through_all_versions_finds(int seed)
    {
        for (int round = 0; round < 20; round++)
        {
            (List<Version> versions, byte[] content) = Build(new Random((seed * 100) + round));
            Assert.True(VersionBlock.TryOpen(content, out VersionBlock block));
            Assert.Equal(versions, ReadAll(block, content));
            foreach (string key in versions.Select(version => version.Key).Append("none").Distinct())
            {
                for (long below = -1; below < 130; below++)
                {
                    Version? expected = versions.FirstOrDefault(version => version.Key == key && version.Offset < below);
                    byte[] bytes = Bytes(key);
                    VersionBlock.Search found = block.Find(bytes, KeyHash.Of(bytes), below, out BlockEntry entry);
                    Assert.Equal(expected is null ? VersionBlock.Search.NotFound : VersionBlock.Search.Found, found);
                    Assert.True(expected is null || expected == Describe(content, entry));
                }
            }
        }
    }

    [Fact]
    public void Bytes_that_are_cut_or_changed_give_an_answer_or_none_and_nothing_else()
    {
        var random = new Random(7);
        (List<Version> versions, byte[] whole) = Build(random);
        for (int length = 0; length < whole.Length; length++)
        {
            Try(whole[..length], versions);
        }

        for (int position = 0; position < whole.Length; position++)
        {
            for (int round = 0; round < 8; round++)
            {
                byte[] changed = [.. whole];
                changed[position] ^= (byte)(1 << round);
                Try(changed, versions);
            }
        }
    }

    // Keys of few letters, so that some share the byte of their hash; of some many versions, so that they take several groups.
    private static (List<Version> Versions, byte[] Content) Build(Random random)
    {
        using var builder = new VersionBlockBuilder();
        using var target = new PooledBuffer();
        var versions = new List<Version>();
        foreach (string key in Enumerable.Range(0, random.Next(1, 40)).Select(_ => $"{random.Next(1000)}").Distinct().Order(StringComparer.Ordinal))
        {
            bool isSameKey = false;
            long offset = 128;
            for (int count = random.Next(4) == 0 ? random.Next(1, 40) : 1; count > 0; count--, isSameKey = true)
            {
                offset -= random.Next(1, 4);
                string? value = random.Next(5) == 0 ? null : new string('v', random.Next(20));
                byte[] bytes = Bytes(key);
                builder.Add(bytes, KeyHash.Of(bytes), isSameKey, offset, offset - 50, value is null ? null : Bytes(value));
                versions.Add(new Version(key, offset, offset - 50, value));
            }
        }

        builder.WriteTo(target);
        Assert.True(builder.IsEmpty);
        return (versions, target.WrittenSpan.ToArray());
    }

    private static void Try(byte[] content, List<Version> versions)
    {
        if (!VersionBlock.TryOpen(content, out VersionBlock block))
        {
            return;
        }

        ReadAll(block, content);
        foreach (Version version in versions)
        {
            byte[] key = Bytes(version.Key);
            if (block.Find(key, KeyHash.Of(key), version.Offset + 1, out BlockEntry entry) == VersionBlock.Search.Found)
            {
                Describe(content, entry);
            }
        }
    }

    private static List<Version> ReadAll(VersionBlock block, byte[] content)
    {
        var all = new List<Version>();
        for (BlockEntry entry = block.Start(); block.MoveNext(ref entry);)
        {
            all.Add(Describe(content, entry));
        }

        return all;
    }

    private static Version Describe(byte[] content, in BlockEntry entry) => new(
        System.Text.Encoding.UTF8.GetString(content.AsSpan(entry.KeyStart, entry.KeyLength)),
        entry.OffsetDelta,
        entry.TimestampDelta,
        entry.ValueLength < 0 ? null : System.Text.Encoding.UTF8.GetString(content.AsSpan(entry.ValueStart, entry.ValueLength)));

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private sealed record Version(string Key, long Offset, long TimestampMs, string? Value);
}
