using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Duramen.Derived;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Node.Tests.Http;

/// <summary>What strangers can do to the HTTP port: afterwards the node answers as before, and nothing was appended.</summary>
public sealed class HostileHttpTests
{
    private const int Seed = 20_260;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FUZZ_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 300;

    private static readonly string[] Requests =
    [
        "GET /v1/tables/t/a?asOf=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v1/tables/t?prefix=a&limit=3 HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
        "GET /v1/tables/t/diff?from=0&to=@1001 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v1/tables/t/a/history?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v1/entities/t/a?from=1&backwards=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST /v1/entities/none/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 52\r\nConnection: close\r\n\r\n{\"records\":[{\"value\":\"a\"}],\"expectedVersion\":\"none\"}",
    ];

    [Fact]
    public async Task Noise_and_damaged_requests_are_answered_or_cut_off_and_never_fail_unplanned()
    {
        await using HttpNode node = await StartAsync();
        var chance = new Random(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] sent = Encoding.ASCII.GetBytes(Requests[round % Requests.Length]);
            if (round % 4 == 0)
            {
                chance.NextBytes(sent);
            }
            else
            {
                for (int flips = chance.Next(1, 6); flips > 0; flips--)
                {
                    sent[chance.Next(sent.Length)] = (byte)chance.Next(256);
                }
            }

            string answer = await SendAsync(node, sent);
            Assert.True(answer.Length == 0 || (answer.StartsWith("HTTP/1.", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal)), $"round {round}: {answer}");
            Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        }

        await IsWellAsync(node);
    }

    [Fact]
    public async Task A_cursor_that_was_made_up_is_refused()
    {
        await using HttpNode node = await StartAsync();
        var chance = new Random(Seed);
        byte[] made = Base64Url.DecodeFromChars((await node.GetAsync("/v1/tables/t?limit=1")).GetProperty("next").GetString());
        string[] targets = ["/v1/tables/t?after=", "/v1/tables/t/a/history?after=", "/v1/tables/t/diff?after="];
        for (int round = 0; round < Rounds; round++)
        {
            byte[] cursor = [.. made];
            if (round % 2 == 0)
            {
                cursor = new byte[chance.Next(40)];
                chance.NextBytes(cursor);
            }
            else
            {
                cursor[chance.Next(cursor.Length)] ^= (byte)(1 << chance.Next(8));
            }

            // Another key or offset may be one that there is.
            using HttpResponseMessage response = await node.Client.GetAsync(targets[round % 3] + Base64Url.EncodeToString(cursor));
            Assert.True((int)response.StatusCode is 200 or 400 or 410 or 422, $"round {round}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        await IsWellAsync(node);
    }

    [Fact]
    public async Task A_body_without_a_length_is_read_up_to_its_limit_and_no_further()
    {
        await using HttpNode node = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(node.Node.HttpEndPoint!);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /v1/entities/t/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        byte[] chunk = [.. "10000\r\n"u8, .. Enumerable.Repeat((byte)' ', 0x10000), .. "\r\n"u8];
        Task<string> answering = new StreamReader(stream).ReadLineAsync()!;
        int sent = 0;
        try
        {
            while (!answering.IsCompleted && sent < 64 << 20)
            {
                await stream.WriteAsync(chunk);
                sent += chunk.Length;
            }
        }
        catch (IOException)
        {
            // It was closed while this was writing.
        }

        Assert.True(sent < 64 << 20);
        Assert.Contains(" 413 ", await answering.ContinueWith(line => line.IsCompletedSuccessfully ? line.Result : " 413 ", TaskScheduler.Default), StringComparison.Ordinal);
        await IsWellAsync(node);
    }

    [Fact]
    public async Task Clients_that_never_read_their_answers_are_cut_off_and_keep_nobody_from_being_served()
    {
        await using HttpNode node = await StartAsync(new StateOptions { AnswerTimeout = TimeSpan.FromSeconds(2) });
        byte[] value = new byte[900_000];
        for (int key = 0; key < 20; key++)
        {
            await node.AppendAsync("t", Encoding.ASCII.GetBytes($"large-{key}"), value);
        }

        List<TcpClient> deaf = [];
        try
        {
            for (int count = 0; count < 50; count++)
            {
                var client = new TcpClient { ReceiveBufferSize = 4096 };
                await client.ConnectAsync(node.Node.HttpEndPoint!);
                await client.GetStream().WriteAsync("GET /v1/tables/t?prefix=large HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
                deaf.Add(client);
            }

            await IsWellAsync(node);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (deaf.Any(client => !IsReset(client.Client)))
            {
                await Task.Delay(100, patience.Token);
            }

            await IsWellAsync(node);
        }
        finally
        {
            deaf.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task More_connections_than_there_may_be_are_closed_and_Kafkas_clients_are_served()
    {
        await using HttpNode node = await StartAsync();
        List<TcpClient> crowd = [];
        try
        {
            int refused = 0;
            while (crowd.Count + refused < 1500)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(node.Node.HttpEndPoint!);
                    crowd.Add(client);
                }
                catch (SocketException)
                {
                    client.Dispose();
                    refused++;
                }
            }

            using WireClient kafka = await WireClient.ConnectAsync(node.Node.KafkaEndPoint);
            Assert.Single((await kafka.AskAsync(new MetadataRequest { Topics = null }, version: 9)).Topics, topic => topic.Name == "t");
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (refused + crowd.Count(client => IsReset(client.Client)) < 1000)
            {
                await Task.Delay(20, patience.Token);
            }
        }
        finally
        {
            crowd.ForEach(client => client.Dispose());
        }

        await IsWellAsync(node);
    }

    private static async Task<HttpNode> StartAsync(StateOptions? state = null)
    {
        HttpNode node = await HttpNode.StartAsync(state: state);
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 b=2 a=3");
        return node;
    }

    // Those who come while others are leaving may be too many for a moment.
    private static async Task IsWellAsync(HttpNode node)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                Assert.Equal("3", (await node.GetAsync("/v1/tables/t/a")).GetProperty("value").GetString());
                Assert.Equal(2, (await node.GetAsync("/v1/entities/t/a")).GetProperty("version").GetInt32());
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private static async Task<string> SendAsync(HttpNode node, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(node.Node.HttpEndPoint!);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
        catch (Exception cause) when (cause is IOException or SocketException)
        {
            return "";
        }
    }

    // Whether the other side has closed the connection, whatever there is still to read of it.
    private static bool IsReset(Socket socket)
    {
        try
        {
            byte[] read = new byte[1];
            return socket.Poll(0, SelectMode.SelectError)
                || (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0 && socket.Receive(read, SocketFlags.Peek) == 0);
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
