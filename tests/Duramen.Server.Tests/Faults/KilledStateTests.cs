using System.Globalization;
using Duramen.Server.Tests.Load;
using Duramen.Server.Tests.Processes;
using Xunit.Abstractions;

namespace Duramen.Server.Tests.Faults;

/// <summary>
/// The server is killed, over and over, while tables and entities are read and written over HTTP and a Kafka client produces to the same topic. <c>DURAMEN_FAULTS_ROUNDS=N</c> makes the loop longer.
/// </summary>
public sealed class KilledStateTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FAULTS_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 3;

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_killed_server_answers_what_a_naive_fold_of_its_topic_does_and_lost_no_append_to_an_entity()
    {
        string folder = Path.Combine(_root, "data");
        var load = new StateWorkload();
        for (int round = 0; round <= Rounds; round++)
        {
            using ServerProcess server = ServerProcess.Start(folder);
            if (round == 0)
            {
                server.Ask("topic", "create", StateWorkload.Topic, "--partitions", "3");
            }
            else
            {
                await load.VerifyAsync(server);
            }

            if (round < Rounds)
            {
                await load.RunUntilKilledAsync(server, appends: 60 + (round * 97 % 150));
            }
        }

        output.WriteLine($"{Rounds} kills, {load.Acknowledged} acknowledged appends, {load.Repeated} of them sent again, {load.Reads} reads meanwhile");
        Assert.True(load.Reads > 0);
    }
}
