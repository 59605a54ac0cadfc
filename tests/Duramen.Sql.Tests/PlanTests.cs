using System.Text;
using System.Text.Unicode;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.State.Store;

namespace Duramen.Sql.Tests;

/// <summary>What a query asks for is looked up, and the answer is the one that SQLite finds by going through everything.</summary>
public sealed class PlanTests
{
    [Fact]
    public async Task What_is_looked_up_is_what_a_pass_over_everything_finds()
    {
        for (uint seed = 1; seed <= 60; seed++)
        {
            var chance = new Prng(seed);
            IStoreSnapshot table = RandomTable(chance);
            for (int round = 0; round < 20; round++)
            {
                string from = chance.NextBool() ? "orders" : "\"orders@history\"";
                (string condition, string whole) = RandomCondition(chance);
                string order = from == "orders" ? "key" : "offset";
                string limit = chance.NextInt32(3) == 0 ? "LIMIT 3" : "";

                string[] found = await table.AskAsync($"SELECT hex(key), offset, value FROM {from} WHERE {condition} ORDER BY {order} {limit}");
                string[] expected = await table.AskAsync($"SELECT hex(key), offset, value FROM {from} WHERE {whole} ORDER BY +{order} {limit}");
                Assert.True(
                    expected.SequenceEqual(found),
                    $"seed {seed}: {condition} on {from} {limit}: {string.Join(' ', found)} instead of {string.Join(' ', expected)}");
            }
        }
    }

    [Theory]
    [InlineData("SELECT value FROM orders WHERE key = 'k500'", 0, 1)]
    [InlineData("SELECT value FROM orders WHERE key IN ('k1', 'k2', 'k900')", 0, 3)]
    [InlineData("SELECT value FROM orders WHERE key = 'k1' OR key = 'k2'", 0, 2)]
    [InlineData("SELECT b.value FROM orders a JOIN orders b ON b.key = a.value WHERE a.key = 'k500'", 0, 2)]
    [InlineData("SELECT count(*) FROM orders WHERE key BETWEEN 'k10' AND 'k11'", 13, 0)]
    [InlineData("SELECT count(*) FROM orders WHERE key GLOB 'k99*'", 12, 0)]
    [InlineData("SELECT key FROM orders WHERE key > 'k5' ORDER BY key LIMIT 3", 5, 0)]
    [InlineData("SELECT key FROM orders ORDER BY key LIMIT 3", 5, 0)]
    [InlineData("SELECT value FROM \"orders@history\" WHERE key = 'k500'", 2, 2)]
    [InlineData("SELECT count(*) FROM \"orders@history\" WHERE key = 'k500' AND offset > 600", 1, 2)]
    [InlineData("SELECT count(*) FROM \"orders@history\" WHERE offset BETWEEN 100 AND 109", 11, 2)]
    [InlineData("SELECT offset FROM \"orders@history\" ORDER BY offset LIMIT 3", 5, 3)]
    public async Task A_query_reads_what_it_asks_for_and_little_else(string sql, int versionsMax, int lookUpsMax)
    {
        var table = new CountingSnapshot(Sample.Versions([.. Enumerable.Range(0, 1000).Select(number => ($"k{number}", (string?)$"k{number + 1}"))]));

        Assert.NotEmpty(await table.AskAsync(sql));

        Assert.InRange(table.Versions, 0, versionsMax);
        Assert.InRange(table.LookUps, 0, lookUpsMax);
    }

    [Fact]
    public async Task Keys_that_are_text_come_before_those_that_are_not()
    {
        IStoreSnapshot table = Sample.Versions(([0x01, 0xFF], [1]), ("b"u8.ToArray(), [2]), ([0xFF], [3]), ("a"u8.ToArray(), [4]));

        Assert.Equal(["a", "b", "01ff", "ff"], await table.AskAsync("SELECT key FROM orders ORDER BY key"));
        Assert.Equal(["b", "01ff", "ff"], await table.AskAsync("SELECT key FROM orders WHERE key > 'a' ORDER BY key"));
        Assert.Equal(["a", "b", "01ff"], await table.AskAsync("SELECT key FROM orders WHERE key < x'FF' ORDER BY key"));
    }

    private static IStoreSnapshot RandomTable(Prng chance)
    {
        (byte[], byte[]?)[] versions = new (byte[], byte[]?)[chance.NextInt32(60)];
        for (int at = 0; at < versions.Length; at++)
        {
            versions[at] = (RandomKey(chance), chance.NextInt32(4) == 0 ? null : Encoding.UTF8.GetBytes($"v{at}"));
        }

        return Sample.Versions(versions);
    }

    private static byte[] RandomKey(Prng chance)
    {
        byte[] key = new byte[1 + chance.NextInt32(3)];
        for (int at = 0; at < key.Length; at++)
        {
            key[at] = chance.NextInt32(6) == 0 ? (byte)0xFF : "aZ0"u8[chance.NextInt32(3)];
        }

        return key;
    }

    /// <summary>
    /// A condition, and the same one so written that SQLite does not tell the table of it: a plus sign before a column hides it, and takes its type from it, which is why what it is compared with
    /// is written in that type.
    /// </summary>
    private static (string Seen, string Hidden) RandomCondition(Prng chance)
    {
        (string seen, string hidden) = RandomComparison(chance);
        (string otherSeen, string otherHidden) = RandomComparison(chance);
        (string keySeen, string keyHidden) = RandomKeyLiteral(chance);
        return chance.NextInt32(5) switch
        {
            0 => ($"{seen} AND {otherSeen}", $"{hidden} AND {otherHidden}"),
            1 => ($"{seen} OR {otherSeen}", $"{hidden} OR {otherHidden}"),
            2 => ($"key BETWEEN {keySeen} AND x'FF61' AND {seen}", $"+key BETWEEN {keyHidden} AND x'FF61' AND {hidden}"),
            3 => ($"key IN ({keySeen}, 'a', x'FF') OR {seen}", $"+key IN ({keyHidden}, 'a', x'FF') OR {hidden}"),
            _ => (seen, hidden),
        };
    }

    private static (string Seen, string Hidden) RandomComparison(Prng chance)
    {
        string compare = ((string[])["=", "<", "<=", ">", ">="])[chance.NextInt32(5)];
        switch (chance.NextInt32(4))
        {
            case 0:
                string number = ((string[])["5", "17.5", "-1", "'12'", "NULL", "9223372036854775807", "1e300"])[chance.NextInt32(7)];
                return ($"offset {compare} {number}", $"+offset {compare} {number.Trim('\'')}");
            case 1:
                string letter = ((string[])["a", "Z", "0"])[chance.NextInt32(3)];
                return ($"key LIKE '{letter}%'", $"+key LIKE '{letter}%'");
            default:
                (string seen, string hidden) = RandomKeyLiteral(chance);
                return ($"key {compare} {seen}", $"+key {compare} {hidden}");
        }
    }

    private static (string Seen, string Hidden) RandomKeyLiteral(Prng chance)
    {
        byte[] key = RandomKey(chance);
        string literal = Utf8.IsValid(key) && chance.NextBool() ? $"'{Encoding.UTF8.GetString(key)}'" : $"x'{Convert.ToHexString(key)}'";
        return chance.NextInt32(8) switch
        {
            0 => ("NULL", "NULL"),
            1 => ("0", "'0'"),
            _ => (literal, literal),
        };
    }
}
