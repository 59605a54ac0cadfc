using System.Text;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Zab;
using Xunit;

namespace Duramen.Consensus.Tests.Transcripts;

/// <summary>
/// The scenarios of the textbooks, word for word: each file holds a script and what happened, and must come out the same. With DURAMEN_TRANSCRIPTS naming a folder the
/// files are written there anew, for a human to read the difference.
/// </summary>
public sealed class TranscriptTests
{
    /// <summary>So long that a node can be made to miss its leader without standing for election itself.</summary>
    public const int ElectionTicks = 20;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Transcripts");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_scenario_goes_as_it_is_written_down(string file)
    {
        string expected = File.ReadAllText(Path.Combine(Folder, file));
        string actual = Play(ProtocolOf(file), expected);
        if (Environment.GetEnvironmentVariable("DURAMEN_TRANSCRIPTS") is string folder)
        {
            File.WriteAllText(Path.Combine(folder, file), actual);
        }

        Assert.Equal(expected, actual);
    }

    // A file is named for its protocol first.
    private static IProtocol ProtocolOf(string file) => file[..file.IndexOf('-', StringComparison.Ordinal)] switch
    {
        "raft" => new RaftProtocol(new RaftOptions { ElectionTicks = ElectionTicks, MaxMessageBytes = 1 }),
        "paxos" => new PaxosProtocol(new PaxosOptions { ElectionTicks = ElectionTicks, MaxMessageBytes = 1, Alpha = 3, Quorums = [new QuorumOptions(Voters: 4, Prepare: 3, Accept: 2)] }),
        "viewstamped" => new ViewstampedProtocol(new ViewstampedOptions { ViewChangeTicks = ElectionTicks, MaxMessageBytes = 1 }),
        "zab" => new ZabProtocol(new ZabOptions { ElectionTicks = ElectionTicks, MaxMessageBytes = 1 }),
        string other => throw new ArgumentException($"no such protocol: {other}"),
    };

    // Lines of a script begin in the first column; what happened is indented, and comments stay.
    private static string Play(IProtocol protocol, string transcript)
    {
        using var group = new ScriptedGroup(protocol);
        var played = new StringBuilder();
        foreach (string line in transcript.Split('\n'))
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                played.Append(line).Append('\n');
                played.Append(line[0] == '#' ? "" : group.Execute(line));
            }
            else if (line.Length == 0)
            {
                played.Append('\n');
            }
        }

        return played.ToString().TrimEnd('\n') + "\n";
    }
}
