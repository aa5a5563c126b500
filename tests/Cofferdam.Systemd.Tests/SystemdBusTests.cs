using Cofferdam.Cgroups.Systemd;
using Cofferdam.DBus;

namespace Cofferdam.Systemd.Tests;

public sealed class SystemdBusTests
{
    private const string Unit = "runc-c1.scope";
    private const string Job = "/org/freedesktop/systemd1/job/7";

    // Long enough for the slowest machine where an answer comes, and waited out where none does.
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void A_start_takes_three_messages()
    {
        using FakeBus bus = new FakeBus { Answer = Obey }.Start();
        Start(s_generous);
        Assert.Equal(["Hello", "AddMatch", "StartTransientUnit"], Members(bus));
        DBusMessage start = bus.Received[2];
        Assert.Equal("org.freedesktop.systemd1", start.Destination);
        IReadOnlyList<DBusValue> arguments = start.Read("ssa(sv)a(sa(sv))");
        Assert.Equal("['runc-c1.scope', 'replace', [('Slice', <s 'system.slice'>), ('CollectMode', <s 'x'>)], []]", $"[{string.Join(", ", arguments)}]");
        Assert.Contains("arg2='runc-c1.scope'", bus.Received[1].Read("s")[0].Text, StringComparison.Ordinal);
        Assert.True(bus.Received[1].NoReplyExpected);
    }

    [Fact]
    public void Signals_of_others_do_not_end_the_wait()
    {
        using FakeBus bus = new FakeBus
        {
            Answer = call =>
            [
                FakeBus.JobRemoved(Job, Unit, "failed", sender: ":1.66"),
                FakeBus.JobRemoved("/org/freedesktop/systemd1/job/8", "other.scope", "failed"),
                FakeBus.Return(call, DBusValue.String('o', Job)),
                FakeBus.JobRemoved(Job, Unit, "failed", sender: ":1.66"),
                FakeBus.JobRemoved(Job, Unit, "done"),
            ],
        }.Start();
        Start(s_generous);
    }

    [Fact]
    public void A_job_that_fails_is_an_error()
    {
        using FakeBus bus = new FakeBus { Answer = call => Started(call, "failed") }.Start();
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_generous));
        Assert.Equal(ErrorKind.FailedPrecondition, e.Kind);
        Assert.StartsWith("systemd: starting unit 'runc-c1.scope': the job ended as 'failed'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_that_failed_before_is_reset()
    {
        bool wasReset = false;
        using FakeBus bus = new FakeBus
        {
            Answer = call =>
            {
                if (call.Member == "ResetFailedUnit") wasReset = true;
                if (call.Member == "ResetFailedUnit") return [FakeBus.Return(call)];
                return wasReset ? Obey(call) : [Exists(call)];
            },
        }.Start();
        Start(s_generous);
        Assert.Equal(["Hello", "AddMatch", "StartTransientUnit", "ResetFailedUnit", "StartTransientUnit"], Members(bus));
    }

    [Fact]
    public void A_unit_that_lives_is_an_error()
    {
        using FakeBus bus = new FakeBus { Answer = call => call.Member == "ResetFailedUnit" ? [FakeBus.Return(call)] : [Exists(call)] }.Start();
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_generous));
        Assert.Equal(ErrorKind.AlreadyExists, e.Kind);
        Assert.Contains("runc-c1.scope was already loaded (org.freedesktop.systemd1.UnitExists)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_old_systemd_does_not_know_is_left_out()
    {
        using FakeBus bus = new FakeBus
        {
            Answer = call => call.Read("ssa(sv)a(sa(sv))")[2].ToString().Contains("CollectMode", StringComparison.Ordinal)
                ? [FakeBus.Error(call, "org.freedesktop.DBus.Error.PropertyReadOnly", "Cannot set property CollectMode, or unknown property.")]
                : Obey(call),
        }.Start();
        Start(s_generous);
        Assert.Equal(2, Members(bus).Count(m => m == "StartTransientUnit"));
    }

    [Fact]
    public void A_property_that_is_needed_is_not_left_out()
    {
        using FakeBus bus = new FakeBus
        {
            Answer = call => [FakeBus.Error(call, "org.freedesktop.DBus.Error.PropertyReadOnly", "Cannot set property Slice, or unknown property.")],
        }.Start();
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_generous));
        Assert.Equal(
            "systemd: starting unit 'runc-c1.scope': Cannot set property Slice, or unknown property (org.freedesktop.DBus.Error.PropertyReadOnly)", e.Message);
    }

    [Fact]
    public void Refusal_names_the_reason()
    {
        using FakeBus bus = new FakeBus { Answer = call => [FakeBus.Error(call, "org.freedesktop.DBus.Error.AccessDenied", "Rejected send message")] }.Start();
        Assert.Equal(ErrorKind.PermissionDenied, Assert.Throws<CofferdamException>(() => Start(s_generous)).Kind);
    }

    [Fact]
    public void Stopping_waits_for_the_job_and_does_not_miss_a_unit_that_is_gone()
    {
        using (FakeBus bus = new FakeBus { Answer = Obey }.Start()) Stop();
        using (FakeBus bus = new FakeBus { Answer = call => [FakeBus.Error(call, "org.freedesktop.systemd1.NoSuchUnit", "Unit not loaded.")] }.Start()) Stop();
    }

    // Where it hangs: before authentication, before the answer, and before the job's end.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_systemd_that_hangs_is_given_up(bool authenticates, bool answers)
    {
        using FakeBus bus = new FakeBus
        {
            AuthenticationAnswer = authenticates ? "OK 12\r\n" : null,
            Answer = call => answers ? [FakeBus.Return(call, DBusValue.String('o', Job))] : [],
        }.Start();
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_short));
        Assert.Equal(ErrorKind.DeadlineExceeded, e.Kind);
        Assert.EndsWith("no answer within 0.3 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_that_does_not_even_accept_is_given_up()
    {
        using FakeBus bus = new();
        // The kernel keeps two connections for a backlog of one.
        using Cofferdam.Linux.UnixStream first = Cofferdam.Linux.UnixStream.Connect(bus.Path, s_short);
        using Cofferdam.Linux.UnixStream second = Cofferdam.Linux.UnixStream.Connect(bus.Path, s_short);
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + bus.Path);
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_short));
        Assert.Equal(ErrorKind.DeadlineExceeded, e.Kind);
    }

    [Fact]
    public void An_absent_bus_is_an_error_that_says_what_to_do()
    {
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus");
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_generous));
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", null);
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
        Assert.Contains("'/nowhere/bus': ENOENT", e.Message, StringComparison.Ordinal);
        Assert.Contains("(hint: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_without_systemd_is_an_error()
    {
        using FakeBus bus = new FakeBus
        {
            Answer = call => [FakeBus.Error(call, "org.freedesktop.DBus.Error.ServiceUnknown", "The name is not activatable")],
        }.Start();
        Assert.Equal(ErrorKind.Unavailable, Assert.Throws<CofferdamException>(() => Start(s_generous)).Kind);
    }

    [Fact]
    public void A_bus_that_rejects_us_or_hangs_up_is_an_error()
    {
        using (FakeBus bus = new FakeBus { AuthenticationAnswer = "REJECTED EXTERNAL\r\n" }.Start())
            Assert.Equal(ErrorKind.PermissionDenied, Assert.Throws<CofferdamException>(() => Start(s_generous)).Kind);
        using (FakeBus bus = new FakeBus { HangsUp = true }.Start())
            Assert.Equal(ErrorKind.Unavailable, Assert.Throws<CofferdamException>(() => Start(s_generous)).Kind);
    }

    [Fact]
    public void Garbage_is_an_error()
    {
        using FakeBus bus = new FakeBus { Garbage = "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() }.Start();
        CofferdamException e = Assert.Throws<CofferdamException>(() => Start(s_generous));
        Assert.Equal(ErrorKind.DataLoss, e.Kind);
    }

    [Fact]
    public void The_users_bus_is_where_the_environment_says()
    {
        string? directory = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string? address = Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
        try
        {
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/run/user/7");
            Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", null);
            Assert.Equal([("/run/user/7/bus", true), ("/run/user/7/systemd/private", false)], SystemdAddress.Sockets(isUser: true));
            Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", "unix:abstract=/tmp/x,guid=1");
            Assert.Equal(("@/tmp/x", true), SystemdAddress.Sockets(isUser: true)[0]);
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", null);
            Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", null);
            string message = Assert.Throws<CofferdamException>(() => SystemdAddress.Sockets(isUser: true)).Message;
            Assert.Contains("XDG_RUNTIME_DIR=/run/user/", message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", directory);
            Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", address);
        }
    }

    [Theory]
    [InlineData("a.slice", "/org/freedesktop/systemd1/unit/a_2eslice")]
    [InlineData("1a-b_c@é.slice", "/org/freedesktop/systemd1/unit/_31a_2db_5fc_40_e9_2eslice")]
    public void The_object_of_a_unit_is_its_escaped_name(string unit, string path) => Assert.Equal(path, SystemdBus.UnitPath(unit));

    private static void Start(TimeSpan limit)
    {
        using SystemdBus bus = SystemdBus.Connect(isUser: false, limit);
        UnitProperties properties = new();
        properties.Set("Slice", DBusValue.Of("system.slice"));
        properties.Set("CollectMode", DBusValue.Of("x"), isOptional: true);
        bus.Start(Unit, properties);
    }

    private static void Stop()
    {
        using SystemdBus bus = SystemdBus.Connect(isUser: false, s_generous);
        bus.Stop(Unit);
    }

    private static List<string> Members(FakeBus bus) => bus.Received.ConvertAll(m => m.Member);

    private static DBusMessage Exists(DBusMessage call) =>
        FakeBus.Error(call, "org.freedesktop.systemd1.UnitExists", "Unit runc-c1.scope was already loaded.");

    private static IEnumerable<DBusMessage> Started(DBusMessage call, string result) =>
        [FakeBus.Return(call, DBusValue.String('o', Job)), FakeBus.JobRemoved(Job, Unit, result)];

    private static IEnumerable<DBusMessage> Obey(DBusMessage call) => Started(call, "done");
}
