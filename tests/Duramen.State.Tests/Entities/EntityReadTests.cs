using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Entities;
using Duramen.State.Tests.Tables;

namespace Duramen.State.Tests.Entities;

/// <summary>Reading in pieces is the same as reading at once, wherever the records lie.</summary>
public sealed class EntityReadTests
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 300)]
    [InlineData(4, 777)]
    public async Task Pages_of_any_size_and_direction_give_every_record_once(int seed, int start)
    {
        var random = new Random(seed);
        for (int batch = 0; batch < 100; batch++)
        {
            (string?, string?)[] records = [.. Enumerable.Range(0, 10).Select(index => ((string?)(random.Next(3) == 0 ? "a" : $"k{random.Next(50)}"), (string?)$"{batch}.{index}"))];
            await _log.AppendAsync(records);
        }

        // Small tables in memory, so that the entity lies in many runs.
        await using EntityLog entities = EntityLog.Open(_disk, "/entities", _log, new EntityOptions { MemoryBytes = 1 << 20, RecentBytes = 8 << 10 });
        await entities.GetVersionAsync("a");
        await _log.TrimAsync(new Offset(start));
        IReadOnlyList<EntityRecord> all = (await entities.ReadAsync("a")).Records;
        Assert.InRange(all.Count, 30, 1000);
        foreach (int size in (int[])[1, 7, 100])
        {
            foreach (bool isBackwards in (bool[])[false, true])
            {
                foreach (EntityRecord first in all.Where((_, index) => index % 29 == 0))
                {
                    string[] expected = [.. (isBackwards ? all.Reverse() : all).SkipWhile(record => record != first).Select(record => record.Text())];
                    Assert.Equal(expected, await ReadPagesAsync(entities, new EntityRead { From = first.Version, MaxRecords = size, IsBackwards = isBackwards }));
                }
            }
        }

        foreach (EntityRecord last in all.Where((_, index) => index % 17 == 0))
        {
            Assert.Equal(last.Version, await entities.GetVersionAsync("a", last.Offset.Plus(1)));
            string[] expected = [.. all.TakeWhile(record => record != last).Select(record => record.Text())];
            Assert.Equal(expected, await ReadPagesAsync(entities, new EntityRead { AsOf = last.Offset, MaxRecords = 50 }));
            Assert.Equal(expected.Reverse(), await ReadPagesAsync(entities, new EntityRead { AsOf = last.Offset, MaxRecords = 50, IsBackwards = true }));
        }

        Assert.Empty((await entities.ReadAsync("a", new EntityRead { From = EntityVersion.None, IsBackwards = true })).Records);
        Assert.Empty((await entities.ReadAsync("a", new EntityRead { From = new EntityVersion(long.MaxValue) })).Records);
        Assert.Equal(all.Count, (await entities.ReadAsync("a", new EntityRead { From = new EntityVersion(long.MaxValue), IsBackwards = true })).Records.Count);
    }

    [Fact]
    public async Task Versions_that_are_missing_are_passed_over()
    {
        // What compaction leaves of an entity: records that know their numbers, with gaps between them.
        foreach (int version in (int[])[2, 5, 9])
        {
            await _log.AppendAsync(("other", "x"), ("other", "x"), ("other", "x"));
            using var builder = new RecordBatchBuilder();
            builder.Append(0, "a"u8, "x"u8, [new RecordHeader(EntityHeaders.Version, Encoding.ASCII.GetBytes($"{version}"))]);
            await _log.AppendAsync(builder.Build());
        }

        await using EntityLog entities = EntityLog.Open(_disk, "/entities", _log);
        Assert.Equal("v9 [2:x@3 5:x@7 9:x@11]", await entities.ReadTextAsync("a"));
        Assert.Equal("v9 [5:x@7 9:x@11]", await entities.ReadTextAsync("a", new EntityRead { From = new(3) }));
        Assert.Equal("v9 [5:x@7 2:x@3]", await entities.ReadTextAsync("a", new EntityRead { From = new(8), IsBackwards = true }));
        Assert.Equal("v9 [9:x@11]", await entities.ReadTextAsync("a", new EntityRead { From = new(6) }));
        Assert.Equal("v9 []", await entities.ReadTextAsync("a", new EntityRead { From = new(1), IsBackwards = true }));
    }

    [Fact]
    public async Task Following_from_a_version_goes_on_past_pages_and_past_other_entities()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using EntityLog entities = EntityLog.Open(_disk, "/entities", _log);
        await entities.AppendAsync("a", [.. Enumerable.Range(1, 2500).Select(number => (NewRecord)$"{number}")]);
        await using IAsyncEnumerator<EntityRecord> followed = entities.FollowAsync("a", new(1500), patience.Token).GetAsyncEnumerator(patience.Token);
        for (int version = 1500; version <= 2500; version++)
        {
            Assert.True(await followed.MoveNextAsync());
            Assert.Equal(version, followed.Current.Version.Value);
        }

        ValueTask<bool> next = followed.MoveNextAsync();
        for (int other = 0; other < 20; other++)
        {
            await entities.AppendAsync("b", ["x"]);
        }

        Assert.False(next.IsCompleted);
        await entities.AppendAsync("a", ["last"]);
        Assert.True(await next);
        Assert.Equal("2501:last@2520", followed.Current.Text());
    }

    private static async Task<IEnumerable<string>> ReadPagesAsync(EntityLog entities, EntityRead read)
    {
        var texts = new List<string>();
        for (EntityRead? page = read; page is not null;)
        {
            EntityPage found = await entities.ReadAsync("a", page);
            Assert.InRange(found.Records.Count, 0, read.MaxRecords);
            texts.AddRange(found.Records.Select(record => record.Text()));
            page = found.Next is { } next ? page with { From = next } : null;
        }

        return texts;
    }
}
