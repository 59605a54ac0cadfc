using System.Net;
using System.Net.Sockets;
using Duramen.Server.Tests.Processes;

namespace Duramen.Server.Tests.Faults;

/// <summary>What keeps a server from starting is said clearly, with exit code 1, and harms nobody who runs.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    private string Data => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_second_server_on_a_folder_is_refused_and_the_first_serves_on()
    {
        using ServerProcess first = ServerProcess.Start(Data);
        (int code, string errors) = ServerProcess.Refuse(Data);
        Assert.Equal(1, code);
        Assert.StartsWith("duramen: folder-locked: ", errors, StringComparison.Ordinal);
        Assert.Contains(Data, errors, StringComparison.Ordinal);
        Assert.Equal((200, "ready\n"), await first.AskReadyAsync());
        Assert.Equal(0, first.Stop());
    }

    [Theory]
    [InlineData("--kafka")]
    [InlineData("--http")]
    public void A_port_that_another_program_has_is_an_error_that_names_it(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        (int code, string errors) = ServerProcess.Refuse(Data, option, taken.LocalEndpoint.ToString()!, option == "--kafka" ? "--http" : "--kafka", "127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.StartsWith("duramen: address-unavailable: ", errors, StringComparison.Ordinal);
        Assert.Contains($"Cannot listen on {taken.LocalEndpoint} for {(option == "--kafka" ? "Kafka clients" : "HTTP")}: another program has the port.", errors, StringComparison.Ordinal);
        using ServerProcess later = ServerProcess.Start(Data);
        Assert.Equal(0, later.Stop());
    }
}
