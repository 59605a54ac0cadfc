using System.Globalization;
using System.Text;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.State.Tests.Tables.Topics;

public sealed class TopicTableTests
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog[] _logs = [.. Enumerable.Range(0, 3).Select(number => new MemoryLog(new LogId(Guid.NewGuid()), $"orders-{number}"))];

    [Fact]
    public async Task Rows_of_all_partitions_come_in_the_order_of_keys_with_their_partition()
    {
        await AppendAsync(0, ("d", "1", 10), ("a", "1", 20));
        await AppendAsync(1, ("c", "1", 11), ("c", "2", 12));
        await AppendAsync(2, ("b", "1", 13), ("e", "1", 14), ("e", null, 15));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal([0, 1, 2], snapshot.Partitions);
        Assert.Equal("0:2,1:2,2:3", snapshot.Position.ToString());
        Assert.Equal("a=1@0:1 b=1@2:0 c=2@1:1 d=1@0:0", Scan(snapshot, snapshot.Position));
        Assert.Equal("b=1@2:0 c=2@1:1", Describe(snapshot.Scan(new KeyRange("b"u8.ToArray(), "d"u8.ToArray()), snapshot.Position)));
        Assert.True(snapshot.TryGet("c"u8, snapshot.Position, out VersionView version, out int partition));
        Assert.Equal(("2", 1), (Encoding.UTF8.GetString(version.Value.Span), partition));
        Assert.False(snapshot.TryGet("e"u8, snapshot.Position, out _, out _));
    }

    [Fact]
    public async Task As_of_an_offset_in_each_partition_is_after_the_records_below_them_and_none_other()
    {
        await AppendAsync(0, ("a", "1", 10), ("a", "2", 20));
        await AppendAsync(1, ("b", "1", 10), ("b", "2", 20));
        await using TopicTable table = await OpenAsync(partitions: 2);
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("", Scan(snapshot, await FindAsync(snapshot, "0:0,1:0")));
        Assert.Equal("b=2@1:1", Scan(snapshot, await FindAsync(snapshot, "0:0,1:2")));
        Assert.Equal("a=2@0:1 b=1@1:0", Scan(snapshot, await FindAsync(snapshot, "1:1,0:2")));
        Assert.Equal("Added a Changed b", Describe(snapshot.Diff(await FindAsync(snapshot, "0:0,1:1"), snapshot.Position)));
        Assert.Equal(snapshot.Position, await FindAsync(snapshot, "end"));
        Assert.Equal(snapshot.Horizon, await FindAsync(snapshot, "beginning"));
    }

    [Fact]
    public async Task A_time_is_the_place_before_the_first_later_record_of_each_partition()
    {
        await AppendAsync(0, ("a", "1", 10), ("a", "2", 20), ("a", "3", 30));
        await AppendAsync(1, ("b", "1", 15), ("b", "2", 25));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("0:0,1:0,2:0", (await FindAsync(snapshot, "@9")).ToString());
        Assert.Equal("0:2,1:1,2:0", (await FindAsync(snapshot, "@24")).ToString());
        Assert.Equal("0:2,1:2,2:0", (await FindAsync(snapshot, "@25")).ToString());
        Assert.Equal(snapshot.Position, await FindAsync(snapshot, "@30"));
    }

    [Fact]
    public async Task A_time_before_what_the_log_still_has_is_found_in_the_table()
    {
        await AppendAsync(0, ("a", "1", 10), ("a", "2", 20));
        await AppendAsync(0, ("a", "3", 30));
        await using TopicTable table = await OpenAsync(partitions: 1);
        await _logs[0].TrimAsync(new Offset(2));
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("1", (await FindAsync(snapshot, "@19")).ToString());
        Assert.Equal("2", (await FindAsync(snapshot, "@29")).ToString());
        Assert.Equal("3", (await FindAsync(snapshot, "@30")).ToString());
    }

    [Fact]
    public async Task A_time_before_all_that_a_table_knows_is_below_its_horizon()
    {
        await AppendAsync(0, ("a", "1", 10), ("a", "2", 20), ("a", "3", 30));
        await AppendAsync(0, ("a", "4", 40));
        await using TopicTable table = await OpenAsync(partitions: 1, new TableOptions { HistoryOffsets = 2 });
        await _logs[0].TrimAsync(new Offset(3));
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("3", (await FindAsync(snapshot, "@30")).ToString());
        Assert.Equal("2", (await FindAsync(snapshot, "@20")).ToString());
        Moment before = await FindAsync(snapshot, "@19");
        Assert.Equal(StoreErrors.BelowHorizon, Assert.Throws<StoreException>(() => snapshot.Scan(KeyRange.All, before)).Code);
    }

    [Fact]
    public async Task A_time_before_all_that_a_log_had_left_when_its_table_began_is_below_the_horizon()
    {
        await AppendAsync(0, ("a", "1", 10), ("b", "2", 20));
        await AppendAsync(0, ("a", "3", 30), ("b", "4", 40));
        await AppendAsync(1, ("c", "1", 10));
        await _logs[0].TrimAsync(new Offset(2));
        await _logs[1].TrimAsync(new Offset(1));
        await using TopicTable table = await OpenAsync(partitions: 2);
        using TopicSnapshot snapshot = table.OpenSnapshot();

        Assert.Equal("0:3,1:1", (await FindAsync(snapshot, "@30")).ToString());
        Moment before = await FindAsync(snapshot, "@29");
        Assert.Equal(StoreErrors.BelowHorizon, Assert.Throws<StoreException>(() => snapshot.Scan(KeyRange.All, before)).Code);
        Assert.Equal("", Scan(snapshot, await FindAsync(snapshot, "beginning")));
    }

    [Fact]
    public async Task A_key_in_two_partitions_is_there_twice_and_has_no_one_value()
    {
        await AppendAsync(0, ("k", "1", 10), ("k", "3", 30));
        await AppendAsync(2, ("k", "2", 20), ("k", null, 40));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Moment both = await FindAsync(snapshot, "@30");
        Assert.Equal("k=3@0:1 k=2@2:0", Scan(snapshot, both));
        Assert.Equal(TableErrors.AmbiguousKey, Assert.Throws<TableException>(() => snapshot.TryGet("k"u8, both, out _, out _)).Code);

        // Where it was removed it has no value, and so there is one.
        Assert.True(snapshot.TryGet("k"u8, snapshot.Position, out _, out int partition));
        Assert.Equal(0, partition);
        Assert.Equal("k=1@0:0 k=2@2:0 k=3@0:1 k=-@2:1", Describe(snapshot.History("k"u8)));
        Assert.Equal("Removed k", Describe(snapshot.Diff(both, snapshot.Position)));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("0:1")]
    [InlineData("0:1,1:0,3:0")]
    [InlineData("0:1,1:0,2:0,3:0")]
    public async Task Offsets_that_are_not_of_all_partitions_are_no_moment(string text)
    {
        await AppendAsync(0, ("a", "1", 10));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        TableException unclear = await Assert.ThrowsAsync<TableException>(() => FindAsync(snapshot, text));
        Assert.Equal(TableErrors.InvalidMoment, unclear.Code);
        Assert.Contains("0:N,1:N,2:N", unclear.Message, StringComparison.Ordinal);
        Assert.Equal(TableErrors.InvalidMoment, Assert.Throws<TableException>(() => snapshot.Of(3)).Code);
    }

    [Fact]
    public async Task A_moment_beyond_what_is_folded_is_refused_and_the_partition_is_named()
    {
        await AppendAsync(1, ("a", "1", 10));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        StoreException beyond = await Assert.ThrowsAsync<StoreException>(() => FindAsync(snapshot, "0:0,1:2,2:0"));
        Assert.Equal(StoreErrors.BeyondPosition, beyond.Code);
        Assert.Contains("offset 2 of partition 1", beyond.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_one_partition_an_offset_needs_no_partition()
    {
        await AppendAsync(2, ("a", "1", 10), ("a", "2", 20));
        await using TopicTable table = TopicTable.Open(_disk, "/table", [new TablePartition(2, _logs[2])]);
        await table.WaitForAsync(table.Committed);
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("a=1@2:0", Scan(snapshot, await FindAsync(snapshot, "1")));
        Assert.Equal("a=1@2:0", Scan(snapshot, await FindAsync(snapshot, "2:1")));
    }

    [Fact]
    public async Task A_topic_that_is_opened_again_goes_on_in_every_partition()
    {
        await AppendAsync(0, ("a", "1", 10));
        await AppendAsync(1, ("b", "1", 10));
        await using (await OpenAsync())
        {
        }

        await AppendAsync(1, ("b", "2", 20));
        await _logs[1].TrimAsync(new Offset(1));
        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("a=1@0:0 b=2@1:1", Scan(snapshot, snapshot.Position));
        Assert.Equal("b=1@1:0 b=2@1:1", Describe(snapshot.History("b"u8)));
    }

    [Fact]
    public async Task A_topic_whose_second_partition_is_open_elsewhere_lets_go_of_the_first()
    {
        await using Table second = Table.Open(_disk, "/table/1", _logs[1]);
        Assert.Equal(StoreErrors.Locked, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync())).Code);
        await using Table first = Table.Open(_disk, "/table/0", _logs[0]);
    }

    [Fact]
    public async Task A_topic_of_random_partitions_answers_as_the_sum_of_them()
    {
        var random = new Random(7);
        var versions = new List<(int Partition, long Offset, string Key, string? Value)>();
        for (int batch = 0; batch < 60; batch++)
        {
            int partition = random.Next(3);
            long next = _logs[partition].Watermarks.End.Value;
            (string, string?, long)[] records =
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => ($"k{random.Next(12)}", random.Next(4) == 0 ? null : $"{random.Next(100)}", (long)random.Next(1000)))];
            versions.AddRange(records.Select((record, index) => (partition, next + index, record.Item1, record.Item2)));
            await AppendAsync(partition, records);
        }

        await using TopicTable table = await OpenAsync();
        using TopicSnapshot snapshot = table.OpenSnapshot();
        for (int round = 0; round < 50; round++)
        {
            var asOf = new Moment(snapshot.Position.Offsets.Select(one => one with { Offset = new Offset(random.NextInt64(one.Offset.Value + 1)) }));
            IEnumerable<string> expected = versions
                .Where(version => version.Offset < asOf[version.Partition].Value)
                .GroupBy(version => (version.Key, version.Partition))
                .Select(group => group.MaxBy(version => version.Offset))
                .Where(version => version.Value is not null)
                .OrderBy(version => version.Key, StringComparer.Ordinal).ThenBy(version => version.Partition)
                .Select(version => $"{version.Key}={version.Value}@{version.Partition}:{version.Offset}");
            Assert.Equal(string.Join(' ', expected), Scan(snapshot, asOf));
            Assert.Equal(
                expected.Select(row => row.Split('=')[0]).Reverse(), Describe(snapshot.Scan(KeyRange.All, asOf, ScanOrder.Descending)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('=')[0]));
        }
    }

    private async Task<TopicTable> OpenAsync(int partitions = 3, TableOptions? options = null)
    {
        TopicTable table = TopicTable.Open(_disk, "/table", _logs.Take(partitions).Select((log, number) => new TablePartition(number, log)).Reverse(), options);
        await table.WaitForAsync(table.Committed);
        return table;
    }

    private async Task AppendAsync(int partition, params (string Key, string? Value, long TimestampMs)[] records)
    {
        using var builder = new RecordBatchBuilder();
        foreach ((string key, string? value, long timestampMs) in records)
        {
            builder.Append(timestampMs, TableFixture.Bytes(key), TableFixture.Bytes(value));
        }

        await ((ILog)_logs[partition]).AppendAsync(builder.Build());
    }

    private static async Task<Moment> FindAsync(TopicSnapshot snapshot, string text)
    {
        Assert.True(AsOf.TryParse(text, out AsOf asOf));
        return await snapshot.FindAsync(asOf);
    }

    private static string Scan(TopicSnapshot snapshot, Moment asOf) => Describe(snapshot.Scan(KeyRange.All, asOf));

    private static string Describe(TopicVersions versions)
    {
        using (versions)
        {
            var text = new List<string>();
            while (versions.MoveNext())
            {
                VersionView version = versions.Current;
                string value = version.Value.IsNull ? "-" : Encoding.UTF8.GetString(version.Value.Span);
                text.Add(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(version.Key)}={value}@{versions.Partition}:{version.Offset}"));
            }

            return string.Join(' ', text);
        }
    }

    private static string Describe(TopicDifferences differences)
    {
        using (differences)
        {
            var text = new List<string>();
            while (differences.MoveNext())
            {
                text.Add($"{differences.Current.Kind} {Encoding.UTF8.GetString(differences.Current.Key)}");
            }

            return string.Join(' ', text);
        }
    }
}
